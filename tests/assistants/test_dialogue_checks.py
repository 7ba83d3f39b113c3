"""What can be asked of a reply, and what is masked in words of real people."""

from __future__ import annotations

import pytest

from assistants.dialogues.checks import Check, Kind, judge
from assistants.dialogues.masking import EMAIL, NAME, PHONE, Mask
from assistants.trials import Trace

SENT = Trace(
    says="When?",
    text="We’re open from  Nine to five.",
    verdict="sent",
    assistant_id="a1",
    assistant="Ada",
    sources=("Opening hours · Summer", "Prices"),
    tool_calls=({"name": "look_up_order"},),
)
HELD = Trace(says="Refund?", withheld="You get it back.", verdict="held", assistant_id="a1")
PEOPLE = Trace(says="A human!", text="I pass you on.", verdict="people", assistant_id="a1", to_people=True)


@pytest.mark.parametrize(
    ("kind", "value", "trace", "holds"),
    [
        ("contains", "we're OPEN from nine", SENT, True),
        ("contains", "get it back", HELD, True),
        ("contains", "refund", SENT, False),
        ("lacks", "refund", SENT, True),
        ("lacks", "nine", SENT, False),
        ("routes_to", "a1", SENT, True),
        ("routes_to", "a2", SENT, False),
        ("routes_to", "a1", PEOPLE, False),
        ("routes_to", "people", PEOPLE, True),
        ("routes_to", "people", SENT, False),
        ("held", "", HELD, True),
        ("held", "", SENT, False),
        ("calls_tool", "look_up_order", SENT, True),
        ("calls_tool", "look_up", SENT, False),
        ("cites", "opening hours", SENT, True),
        ("cites", "Prices", SENT, True),
        ("cites", "Opening", SENT, False),
        ("cites", "Prices", HELD, False),
    ],
)
def test_b07_a_check_holds_or_says_what_it_found(kind: str, value: str, trace: Trace, holds: bool) -> None:
    outcome = judge(Check(Kind(kind), value), trace)
    assert outcome.holds is holds
    assert not (holds and outcome.instead)
    if not holds and kind in ("routes_to", "cites", "calls_tool"):
        assert outcome.instead


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("Write to vera.v+shop@mail.example.co.uk.", f"Write to {EMAIL}."),
        ("Call +44 (0)20 7946 0958 or 030/1234567", f"Call {PHONE} or {PHONE}"),
        ("I am Vera Visitor, VERA for short", f"I am {NAME}, {NAME} for short"),
        ("On 2026-11-27, order 4711, 250 pieces", "On 2026-11-27, order 4711, 250 pieces"),
        ("Überraschung, Veranda", "Überraschung, Veranda"),
    ],
)
def test_b07_what_points_to_a_person_is_masked(said: str, masked: str) -> None:
    assert Mask.of(names=["Vera Visitor"]).cover(said) == masked
