"""How well visitors are answered without any model: the yardstick of the knowledge search (tests/assistants/quality).

Needs a test database, as the other figures do.
"""

from __future__ import annotations

from typing import Any

from tests.assistants import businesses
from tests.assistants.yardstick import tallies


def measure() -> dict[str, Any]:
    """Shares from 0 to 1. `first`: the right passage is the best; `answered`: and good enough to be sent."""
    counted = tallies()
    asked = [counted["tuned"], counted["held out"]]
    questions = sum(tally.asked for tally in asked)
    unknown = counted["unanswerable"]
    return {
        "businesses": len(businesses.NAMES),
        "questions": questions,
        "first": sum(tally.first for tally in asked) / questions,
        "first_held_out": counted["held out"].first / counted["held out"].asked,
        "answered": sum(tally.answered for tally in asked) / questions,
        "unanswerable": unknown.asked,
        "honest": unknown.answered / unknown.asked,
    }
