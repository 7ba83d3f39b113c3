"""Response times counted in slots, so that percentiles of any number of tries are a few sums away. Pure.

A slot ends a tenth above where it begins, in whole milliseconds: each up to 19 has one of its own, and what lies in a
wider one is within 5 % of its middle, which is what is told of it. The last is for what took the whole limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

LIMIT_MS: Final = 15_000
"""After which a try is broken off."""


def _edges() -> Iterator[int]:
    edge = 1
    while edge < LIMIT_MS:
        yield edge
        edge = max(edge + 1, edge * 11 // 10)
    yield LIMIT_MS


EDGES: Final = tuple(_edges())
"""Where each slot but the first begins; the first is for 0 ms. What is stored was counted by them: they stay."""

SLOTS: Final = len(EDGES) + 1
_MIDDLES = (0, *((low + high - 1) // 2 for low, high in pairwise(EDGES)), LIMIT_MS)


def together(counts: Iterable[Sequence[int]]) -> list[int]:
    """Several counts as one."""
    return [sum(slot) for slot in zip(*counts, strict=True)] or [0] * SLOTS


def percentile(counts: Sequence[int], share: float) -> int:
    """The milliseconds within which this share of the tries ended; 0 of none."""
    return percentile_of(list(zip(_MIDDLES, counts, strict=True)), share)


def percentile_of(counted: Sequence[tuple[int, int]], share: float) -> int:
    """The same of milliseconds and how many took so long, in order, as the database's `percentile_disc`."""
    wanted, seen = share * sum(count for _, count in counted), 0
    for milliseconds, count in counted:
        seen += count
        if count and seen >= wanted:
            return milliseconds
    return 0
