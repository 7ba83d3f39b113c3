"""How often the right passage comes first, and how often nothing is made up."""

from __future__ import annotations

import pytest

from tests.assistants.yardstick import Tally, tallies

pytestmark = pytest.mark.django_db  # else the database is only there beside other tests


@pytest.fixture(scope="module")
def figures(django_db_setup, django_db_blocker) -> dict[str, Tally]:
    """Every question of every business, asked once."""
    with django_db_blocker.unblock():
        counted = tallies()
    for part, tally in counted.items():
        print(f"{part}: {tally}", *tally.missed, sep="\n    ")  # noqa: T201  (shown by pytest -s, or when it fails)
    return counted


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
