"""Charts as drawings of the server's: bars over a row of days. Pure; `parts/bars.html` puts them on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 220
GAP = 0.24  # of a bar's place
LABELS = 5  # under the bars, at most
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and the words that a pointer finds on it."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars with its scale."""

    bars: list[Bar]
    top: int
    labels: list[str]
    rows: list[tuple[str, int]]

    @property
    def scale(self) -> list[int]:
        """The numbers beside the chart, from the top down."""
        return [self.top, self.top // 2, 0]


def bars(values: Sequence[int], labels: Sequence[str]) -> Bars:
    """One bar a value, with a place for every label: what is still to come stays empty."""
    top = _round_up(max(values, default=0))
    wide = WIDTH / max(len(labels), 1)
    drawn = []
    for place, value in enumerate(values):
        high = HEIGHT * value / top
        words = f"{labels[place]}: {value:,}"
        x, width = round(wide * (place + GAP / 2), 1), round(wide * (1 - GAP), 1)
        drawn.append(Bar(x, round(HEIGHT - high, 1), width, round(high, 1), words))
    return Bars(drawn, top, some(labels), list(zip(labels, values, strict=False)))


def _round_up(number: int) -> int:
    """The next even number that reads well at the top of a scale."""
    size = 2
    while True:
        for step in STEPS:
            if step * size >= number:
                return step * size
        size *= 10


def some(labels: Sequence[str]) -> list[str]:
    """The first, the last, and a few between them."""
    last = len(labels) - 1
    if last < LABELS:
        return list(labels)
    return [labels[round(last * part / (LABELS - 1))] for part in range(LABELS)]
