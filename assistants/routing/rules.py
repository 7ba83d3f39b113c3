"""Which rule decides who answers, and why each other one doesn't. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from assistants.routing.intents import LABELS, intents_of
from assistants.routing.words import holds, spaced, words_of

if TYPE_CHECKING:
    from assistants.models import RoutingRule


@dataclass(frozen=True, slots=True)
class Situation:
    """A message as rules look at it: its words, what it is after, where and when it came, by the tenant's clock."""

    words: str
    intents: frozenset[str]
    channel: str
    at: dt.datetime

    @classmethod
    def of(cls, text: str, *, channel: str, at: dt.datetime) -> Self:
        """Look at a message; `at` is local to the tenant."""
        words = words_of(text)
        return cls(words=spaced(words), intents=intents_of(text, words), channel=channel, at=at)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a rule: it wins, or `why_not` says in one sentence what kept it from winning."""

    rule: RoutingRule
    why_not: str

    @property
    def wins(self) -> bool:
        return not self.why_not


def judge(rules: Iterable[RoutingRule], situation: Situation) -> list[Verdict]:
    """A verdict on each rule, in the order given, which must be the order of evaluation; at most one wins."""
    verdicts: list[Verdict] = []
    winner: RoutingRule | None = None
    for rule in rules:
        why_not = obstacle(rule, situation)
        if not why_not and winner:
            why_not = f"It fits too, but “{winner.name}” comes first."
        elif not why_not:
            winner = rule
        verdicts.append(Verdict(rule, why_not))
    return verdicts


def obstacle(rule: RoutingRule, situation: Situation) -> str:
    """What keeps a rule from deciding, looked at alone; empty when nothing does."""
    if not rule.active:
        return "It is switched off."
    if rule.channels and situation.channel not in rule.channels:
        return "It is for another channel."
    if rule.hours and not rule.hours.include(situation.at):
        return f"It holds at another time: {rule.hours}."
    if rule.keywords and not any(holds(situation.words, keyword) for keyword in rule.keywords):
        return "None of its keywords is in the text."
    if rule.intent and rule.intent not in situation.intents:
        return f"The text doesn’t sound like “{LABELS.get(rule.intent, rule.intent)}”."
    return rule.defect
