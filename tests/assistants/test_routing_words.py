"""What a message is about: whole words, intents, hours."""

from __future__ import annotations

import datetime as dt

import pytest

from assistants.routing.hours import Hours
from assistants.routing.intents import LABELS, PHRASES, intents_of
from assistants.routing.words import holds, spaced, words_of

MONDAY = dt.date(2026, 3, 2)


def moment(weekday: int, time: str) -> dt.datetime:
    """A local time in the week of 2 March 2026; weekday 1 is Monday."""
    return dt.datetime.combine(MONDAY + dt.timedelta(days=weekday - 1), dt.time.fromisoformat(time))


@pytest.mark.parametrize(
    ("text", "keyword", "found"),
    [
        ("My INVOICE is wrong", "invoice", True),
        ("invoices", "invoice", False),
        ("an invoice.", "Invoice", True),
        ("Grüße aus Köln", "koln", True),
        ("koln", "Köln", True),
        ("Straße", "strasse", True),
        ("Łódź", "lodz", True),
        ("un café, s’il vous plaît", "CAFE", True),
        ("money   back, please", "money back", True),
        ("the money is back", "money back", False),
        ("it’s mine", "it's", True),
        ("请给我发票", "发票", True),
        ("領収書をください", "領収書", True),
        ("price", "ice", False),
        ("", "x", False),
        ("anything", "!", False),
    ],
)
def test_d08_a_keyword_matches_whole_words_in_any_case_and_accents(text: str, keyword: str, found: bool) -> None:
    assert holds(spaced(words_of(text)), keyword) is found


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("How much is the annual plan?", "sales"),
        ("Was kostet der Eintritt?", "sales"),
        ("Combien coûte un abonnement ?", "sales"),
        ("The printer doesn’t work", "support"),
        ("Meine Bestellung ist kaputt", "support"),
        ("I was charged twice, please refund me", "billing"),
        ("Ich habe eine Frage zur Rechnung", "billing"),
        ("Quiero pagar la factura", "billing"),
        ("Can I book a table for two?", "booking"),
        ("Je voudrais prendre rendez-vous", "booking"),
        ("Waar is mijn pakket?", "delivery"),
        ("This is unacceptable", "complaint"),
        ("I want to talk to a human", "human"),
        ("Ich möchte mit einem Menschen sprechen", "human"),
    ],
)
def test_d08_an_intent_is_told_by_typical_words(text: str, intent: str) -> None:
    assert intent in intents_of(text)


@pytest.mark.parametrize("text", ["", "Hello", "Where are you?", "The weather is nice", "Was ist das?", "😀"])
def test_d08_words_that_say_nothing_have_no_intent(text: str) -> None:
    assert intents_of(text) == frozenset()


def test_d08_every_intent_has_words_and_a_label() -> None:
    assert set(PHRASES) == set(LABELS)
    for intent, phrases in PHRASES.items():
        for phrase in phrases.replace("\n", ",").split(","):
            if phrase.strip():
                assert intent in intents_of(f"Well, {phrase} …"), phrase


OFFICE = Hours([1, 2, 3, 4, 5], dt.time(9), dt.time(17))
NIGHT = Hours([5], dt.time(22), dt.time(6))
WEEKEND = Hours([6, 7], dt.time(0), dt.time(0))
TILL_MIDNIGHT = Hours([], dt.time(18), dt.time(0))
ROUND_THE_CLOCK_FROM_EIGHT = Hours([1], dt.time(8), dt.time(8))


@pytest.mark.parametrize(
    ("hours", "weekday", "time", "inside"),
    [
        (OFFICE, 1, "09:00", True),
        (OFFICE, 1, "08:59", False),
        (OFFICE, 5, "16:59", True),
        (OFFICE, 5, "17:00", False),
        (OFFICE, 6, "12:00", False),
        (NIGHT, 5, "22:00", True),
        (NIGHT, 6, "05:59", True),
        (NIGHT, 6, "06:00", False),
        (NIGHT, 6, "23:00", False),
        (NIGHT, 5, "05:00", False),
        (WEEKEND, 6, "00:00", True),
        (WEEKEND, 7, "23:59", True),
        (WEEKEND, 1, "00:00", False),
        (TILL_MIDNIGHT, 3, "23:59", True),
        (TILL_MIDNIGHT, 3, "00:00", False),
        (TILL_MIDNIGHT, 3, "17:59", False),
        (ROUND_THE_CLOCK_FROM_EIGHT, 1, "08:00", True),
        (ROUND_THE_CLOCK_FROM_EIGHT, 2, "07:59", True),
        (ROUND_THE_CLOCK_FROM_EIGHT, 2, "08:00", False),
        (ROUND_THE_CLOCK_FROM_EIGHT, 1, "07:59", False),
    ],
)
def test_d08_hours_hold_on_their_days_and_past_midnight(hours: Hours, weekday: int, time: str, inside: bool) -> None:
    assert hours.include(moment(weekday, time)) is inside


def test_d08_hours_are_said_in_words() -> None:
    assert str(OFFICE) == "Monday to Friday, 09:00 to 17:00"
    assert str(WEEKEND) == "Saturday, Sunday"
    assert str(TILL_MIDNIGHT) == "Every day, 18:00 to 00:00"
