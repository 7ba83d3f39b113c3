"""How long visitors waited, counted in slots (`slots.py`) that end a fifth above their beginning: up to 9 s one each.

What lies in a wider one is within a tenth of its middle, which is what is told of it. The last is for a week and more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from tracking import slots

WEEK: Final = 7 * 24 * 3600

EDGES: Final = slots.edges(WEEK, 5)
"""Seconds where each slot but the first begins; the first is for less than a second."""

SLOTS: Final = len(EDGES) + 1
_MIDDLES = slots.middles(EDGES)


def slot_of(seconds: int) -> int:
    """The place of this wait among the counts."""
    return bisect_right(EDGES, seconds)


def median(counts: Sequence[int]) -> int | None:
    """The seconds within which half of them had their answer; None of none."""
    return slots.percentile(zip(_MIDDLES, counts, strict=True), 0.5)
