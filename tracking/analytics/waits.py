"""How long visitors waited, counted in slots, so that the median of any number of them is a few sums away. Pure.

A slot ends a fifth above where it begins, in whole seconds: each up to 9 has one of its own, and what lies in a wider
one is within a tenth of its middle, which is what is told of it. The last is for a week and more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

WEEK: Final = 7 * 24 * 3600


def _edges() -> Iterator[int]:
    edge = 1
    while edge < WEEK:
        yield edge
        edge = max(edge + 1, edge * 6 // 5)
    yield WEEK


EDGES: Final = tuple(_edges())
"""Where each slot but the first begins; the first is for less than a second. What is stored was counted by them."""

SLOTS: Final = len(EDGES) + 1
_MIDDLES = (0, *((low + high - 1) // 2 for low, high in pairwise(EDGES)), WEEK)


def slot_of(seconds: int) -> int:
    """The place of this wait among the counts."""
    return bisect_right(EDGES, seconds)


def median(counts: Sequence[int]) -> int | None:
    """The seconds within which half of them had their answer; None of none."""
    half, seen = sum(counts) / 2, 0
    for middle, count in zip(_MIDDLES, counts, strict=True):
        seen += count
        if count and seen >= half:
            return middle
    return None
