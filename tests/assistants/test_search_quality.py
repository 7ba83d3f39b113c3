"""How often the right passage comes first, and how often nothing is made up."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

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


@pytest.fixture(scope="module")
def figures(django_db_setup, django_db_blocker) -> dict[str, Tally]:
    """Every question of every business, asked once."""
    tallies = {"tuned": Tally(), "held out": Tally(), "unanswerable": Tally()}
    with django_db_blocker.unblock():
        for business in map(businesses.load, businesses.NAMES):
            tenant, names = businesses.open_business(business)
            for part, questions in (("tuned", business.tuned), ("held out", business.held_out)):
                for question, wanted in questions:
                    _ask(tallies[part], tenant.pk, names, question, wanted)
            for question in business.unanswerable:
                _refuse(tallies["unanswerable"], tenant.pk, question)
            tenant.delete()
    for part, tally in tallies.items():
        print(f"{part}: {tally}", *tally.missed, sep="\n    ")  # noqa: T201  (shown by pytest -s, or when it fails)
    return tallies


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


def test_b11_the_yardstick_is_long_enough(figures) -> None:
    assert figures["tuned"].asked + figures["held out"].asked >= 150
    assert figures["held out"].asked >= 50
    assert figures["unanswerable"].asked >= 40


@pytest.mark.parametrize("part", ["tuned", "held out"])
def test_b11_the_right_passage_comes_first(figures, part: str) -> None:
    assert figures[part].first / figures[part].asked >= 0.9, str(figures[part])


@pytest.mark.parametrize(("part", "least"), [("tuned", 0.88), ("held out", 0.8)])
def test_b11_most_questions_are_answered_rightly(figures, part: str, least: float) -> None:
    assert figures[part].answered / figures[part].asked >= least, str(figures[part])


def test_b11_what_nobody_wrote_down_is_not_answered(figures) -> None:
    assert figures["unanswerable"].answered / figures["unanswerable"].asked >= 0.9, figures["unanswerable"].missed
