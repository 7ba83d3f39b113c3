"""What a turn's tools have done so far: kept in memory, and stored when the turn is settled."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from assistants.handoff import PassedOn
from assistants.providers.base import Passage
from conversations.said import ContactDetails, Reply

KEPT_CHARS = 2_000
"""Characters of a call's arguments and of its result that are kept for the team."""


@dataclass(frozen=True, slots=True)
class Used:
    """One call as the team sees it."""

    name: str
    ok: bool
    milliseconds: int
    arguments: str
    result: str

    def facts(self) -> dict[str, Any]:
        """The call as it is kept with the message."""
        return {
            "name": self.name[:80],
            "ok": self.ok,
            "ms": self.milliseconds,
            "arguments": self.arguments[:KEPT_CHARS],
            "result": self.result[:KEPT_CHARS],
        }


@dataclass(slots=True)
class Work:
    """What came of one turn's calls."""

    used: list[Used] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    contact: ContactDetails = field(default_factory=ContactDetails)
    facts: dict[str, Any] = field(default_factory=dict)
    passed_on: PassedOn | None = None
    passages: list[Passage] = field(default_factory=list)  # what the model has looked up

    def learn(self, details: ContactDetails) -> None:
        """Add what the visitor says about themselves; what they said last counts."""
        said = {f.name: value for f in fields(details) if (value := getattr(details, f.name))}
        self.contact = replace(self.contact, **said)

    def told_by(self, reply: Reply) -> Reply:
        """The reply with all that is to be stored beside it."""
        tools = tuple(used.facts() for used in self.used)
        return replace(reply, outcomes=tuple(self.outcomes), contact=self.contact, facts=dict(self.facts), tools=tools)
