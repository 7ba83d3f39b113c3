"""A tenant's lists with the system's, and what follows when one of their keywords is found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final

from assistants.safety import system_lists
from assistants.safety.gate import Gate
from assistants.safety.matching import Matcher


class Level(StrEnum):
    """The list that a keyword is in; the strictest first."""

    BLOCKED = "blocked"
    SERIOUS_HIGH = "serious_high"
    SERIOUS_MEDIUM = "serious_medium"
    ESCALATION = "escalation"


STRICTNESS: Final = list(Level)
LABELS: Final = {
    Level.BLOCKED: "Blocked",
    Level.SERIOUS_HIGH: "Serious, high confidence",
    Level.SERIOUS_MEDIUM: "Serious, medium confidence",
    Level.ESCALATION: "Asks for a person",
}
SYSTEM: Final = {
    Level.BLOCKED: system_lists.BLOCKED,
    Level.SERIOUS_HIGH: system_lists.SERIOUS_HIGH,
    Level.SERIOUS_MEDIUM: system_lists.SERIOUS_MEDIUM,
    Level.ESCALATION: system_lists.ESCALATION,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired: which, on what, where in the text."""

    level: Level
    keyword: str
    system: bool
    start: int
    end: int
    text: str

    @property
    def level_label(self) -> str:
        """The list's name, for people."""
        return LABELS[self.level]


class Policy:
    """What is watched for. A keyword in several lists counts in the strictest of them."""

    def __init__(self, own: dict[Level, list[str]] | None = None) -> None:
        self.own = {level: tuple((own or {}).get(level, ())) for level in STRICTNESS}

    @cached_property
    def effective(self) -> dict[Level, list[str]]:
        """Each list as it is applied: the system's and the tenant's, without what a stricter one has."""
        seen: set[str] = set()
        lists = {}
        for level in STRICTNESS:
            merged = dict.fromkeys(keyword.casefold() for keyword in (*SYSTEM[level], *self.own[level]))
            lists[level] = [keyword for keyword in merged if keyword not in seen]
            seen.update(merged)
        return lists

    @cached_property
    def _level_of(self) -> dict[str, Level]:
        return {keyword: level for level, keywords in self.effective.items() for keyword in keywords}

    @cached_property
    def _for_visitors(self) -> Matcher:
        levels = (Level.SERIOUS_HIGH, Level.SERIOUS_MEDIUM, Level.ESCALATION)
        return Matcher(keyword for level in levels for keyword in self.effective[level])

    @cached_property
    def _for_replies(self) -> Matcher:
        levels = (Level.BLOCKED, Level.SERIOUS_HIGH, Level.SERIOUS_MEDIUM)
        return Matcher(keyword for level in levels for keyword in self.effective[level])

    def in_visitors_text(self, text: str) -> list[Finding]:
        """What a visitor's message sets off; the blocked list is about what assistants say."""
        return self._findings(self._for_visitors, text)

    def in_reply(self, text: str) -> list[Finding]:
        """What an assistant's reply sets off; asking for a person is for visitors."""
        return self._findings(self._for_replies, text)

    def reply_gate(self) -> Gate:
        """What lets a reply through while it is being made, as far as nothing of it can set anything off."""
        return Gate(self._for_replies)

    def _findings(self, matcher: Matcher, text: str) -> list[Finding]:
        return [
            Finding(
                level=self._level_of[match.keyword],
                keyword=match.keyword,
                system=match.keyword in _system_keywords(),
                start=match.start,
                end=match.end,
                text=match.text,
            )
            for match in matcher.find(text)
        ]


@lru_cache(maxsize=1)
def _system_keywords() -> frozenset[str]:
    return frozenset(keyword.casefold() for keywords in SYSTEM.values() for keyword in keywords)


def strictest(findings: list[Finding]) -> Level | None:
    """The list that decides."""
    return min((finding.level for finding in findings), key=STRICTNESS.index, default=None)


DEFAULT: Final = Policy()
"""For tenants that have no lists of their own."""
