"""Ask every question of every business once, and count: right passage first, rightly answered, honestly not known."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistants.providers.knowledge import ENOUGH
from assistants.search import SHOWN, find_passages
from tests.assistants import businesses


@dataclass
class Tally:
    """Of the questions asked: those that found the right passage first, those it answered, and the rest by name."""

    asked: int = 0
    first: int = 0
    answered: int = 0
    missed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        shares = f"right one first {self.first / self.asked:.0%}, rightly answered {self.answered / self.asked:.0%}"
        return f"{self.asked} asked, {shares}"


def tallies() -> dict[str, Tally]:
    """Of the questions that the search was tuned on, of those held out, and of those that nobody can answer."""
    counted = {"tuned": Tally(), "held out": Tally(), "unanswerable": Tally()}
    for business in map(businesses.load, businesses.NAMES):
        tenant, names = businesses.open_business(business)
        for part, questions in (("tuned", business.tuned), ("held out", business.held_out)):
            for question, wanted in questions:
                _ask(counted[part], tenant.pk, names, question, wanted)
        for question in business.unanswerable:
            _refuse(counted["unanswerable"], tenant.pk, question)
        tenant.delete()
    return counted


def _ask(tally: Tally, tenant_id, names: dict[str, str], question: str, wanted: str) -> None:
    passages = find_passages(tenant_id, question, at_least=SHOWN)
    right = bool(passages) and names[passages[0].source_id] == wanted
    tally.asked += 1
    tally.first += right
    tally.answered += right and passages[0].score >= ENOUGH
    if not right:
        tally.missed.append(question)


def _refuse(tally: Tally, tenant_id, question: str) -> None:
    passages = find_passages(tenant_id, question)
    tally.asked += 1
    tally.first += not passages
    tally.answered += not passages
    if passages:
        tally.missed.append(f"{question} -> {passages[0].title} {passages[0].score}")
