"""Which rule decides who answers, and why each other one doesn't. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistants.routing.intents import LABELS, intents_of
from assistants.routing.readings import Reading
from assistants.routing.words import holds, spaced, words_of

if TYPE_CHECKING:
    from assistants.models import RoutingRule


@dataclass(frozen=True)
class Situation:
    """A message as rules look at it: what it says, where and when it came; `at` is by the tenant's clock.

    `reading` is what a model made of it; where there is none yet, one `may_read` if a rule depends on it.
    """

    text: str
    channel: str
    at: dt.datetime
    reading: Reading | None = None
    may_read: bool = False

    @cached_property
    def words(self) -> str:
        return spaced(words_of(self.text))

    @cached_property
    def intents(self) -> frozenset[str]:
        return self.reading.intents if self.reading else intents_of(self.text)

    def must_be_read_for(self, rule: RoutingRule) -> bool:
        """Whether all of a rule's conditions hold but its intent, which only a reading can tell."""
        if not rule.intent or not self.may_read or self.reading:
            return False
        return not obstacle(rule, replace(self, reading=Reading(frozenset({rule.intent}))))


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
        why_not = obstacle(rule, situation) or rule.defect
        if not why_not and winner:
            why_not = f"It fits too, but “{winner.name}” comes first."
        elif not why_not:
            winner = rule
        verdicts.append(Verdict(rule, why_not))
    return verdicts


def obstacle(rule: RoutingRule, situation: Situation) -> str:
    """Which of a rule's conditions the situation doesn't meet; empty when it meets them all."""
    if not rule.active:
        return "It is switched off."
    if rule.channels and situation.channel not in rule.channels:
        return "It is for another channel."
    if rule.hours and not rule.hours.include(situation.at):
        return f"It holds at another time: {rule.hours}."
    if rule.keywords and not any(holds(situation.words, keyword) for keyword in rule.keywords):
        return "None of its keywords is in the text."
    if rule.intent and rule.intent not in situation.intents:
        return f"It doesn’t sound as if the visitor is after {LABELS.get(rule.intent, rule.intent).lower()}."
    return ""
