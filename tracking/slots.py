"""Times counted in slots, so that a percentile of any number of them is a few sums away. Pure.

A slot ends a certain share above where it begins, in whole units, so that short times have one each; what lies in a
wider one is told as its middle. What is stored was counted by edges: they stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise


def edges(limit: int, growth: int) -> tuple[int, ...]:
    """Where each slot but the first begins, each a `growth`-th above the last; the last is for `limit` and more."""

    def rising() -> Iterator[int]:
        edge = 1
        while edge < limit:
            yield edge
            edge = max(edge + 1, edge * (growth + 1) // growth)
        yield limit

    return tuple(rising())


def middles(of: tuple[int, ...]) -> tuple[int, ...]:
    """What is told of a time in each slot: the first is for 0."""
    return (0, *((low + high - 1) // 2 for low, high in pairwise(of)), of[-1])


def percentile(counted: Iterable[tuple[int, int]], share: float) -> int | None:
    """Of times and how many took so long, in order, the one within which this share ended; None of none.

    The same as the database's `percentile_disc`.
    """
    known = list(counted)
    wanted, seen = share * sum(count for _, count in known), 0
    for took, count in known:
        seen += count
        if count and seen >= wanted:
            return took
    return None
