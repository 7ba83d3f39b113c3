"""Small charts as shapes for an SVG; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 24.0
BAR, PITCH = 4, 5  # of one step, and from one to the next


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: `ok`, `ko` on top of it, or `nil` for nothing."""

    kind: str
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bars:
    """A course over time: what arrived, and what failed on top of it."""

    width: int
    bars: list[Bar]
    words: str

    @property
    def paths(self) -> list[tuple[str, str]]:
        """All bars of a kind as one path, which is drawn far quicker than a rectangle for each."""
        drawn: dict[str, str] = defaultdict(str)
        for bar in self.bars:
            drawn[bar.kind] += f"M{bar.x} {bar.y:g}h{BAR}v{bar.height:g}h-{BAR}z"
        return list(drawn.items())


def bars(course: Sequence[tuple[int, int]]) -> Bars:
    """Attempts and failures of each step, scaled to the highest."""
    most = max((attempts for attempts, _ in course), default=0) or 1
    drawn: list[Bar] = []
    for number, (attempts, failures) in enumerate(course):
        good = (HEIGHT - 2) * (attempts - failures) / most
        bad = (HEIGHT - 2) * failures / most
        drawn += _step(number * PITCH, round(good, 1), round(bad, 1))
    failed = sum(failures for _, failures in course)
    tried = sum(attempts for attempts, _ in course)
    return Bars(max(len(course) * PITCH - 1, 1), drawn, f"{failed} of {tried} failed")


def _step(x: int, good: float, bad: float) -> list[Bar]:
    if not good and not bad:
        return [Bar("nil", x, HEIGHT - 1, 1)]
    both = [Bar("ok", x, HEIGHT - good, good), Bar("ko", x, HEIGHT - good - bad, bad)]
    return [bar for bar in both if bar.height]
