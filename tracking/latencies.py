"""Response times counted in slots (`slots.py`) that end a tenth above where they begin: each up to 19 ms has its own.

What lies in a wider one is within 5 % of its middle, which is what is told of it. The last is for what took the whole
limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from tracking import slots

LIMIT_MS: Final = 15_000
"""After which a try is broken off."""

EDGES: Final = slots.edges(LIMIT_MS, 10)
"""Milliseconds where each slot but the first begins; the first is for 0 ms."""

SLOTS: Final = len(EDGES) + 1
_MIDDLES = slots.middles(EDGES)


def together(counts: Iterable[Sequence[int]]) -> list[int]:
    """Several counts as one."""
    return [sum(slot) for slot in zip(*counts, strict=True)] or [0] * SLOTS


def percentile(counts: Sequence[int], share: float) -> int:
    """The milliseconds within which this share of the tries ended; 0 of none."""
    return percentile_of(zip(_MIDDLES, counts, strict=True), share)


def percentile_of(counted: Iterable[tuple[int, int]], share: float) -> int:
    """The same of milliseconds and how many took so long, in order."""
    return slots.percentile(counted, share) or 0
