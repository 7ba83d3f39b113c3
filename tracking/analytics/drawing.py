"""Lines over days as shapes for an SVG that is stretched to its place; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenants.templatetags.charts import HEIGHT, WIDTH

TOPS = (2, 4, 6, 8, 10, 12, 16, 20)  # and ten times that, and so on: each has a middle
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 100, 28, 2

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Lines:
    """A course over days beside the one before it. `running` is the piece that leads to a day that isn't over."""

    line: str
    running: str
    area: str
    before: str
    top: int

    @property
    def scale(self) -> list[int]:
        """The numbers beside the chart, from the top down."""
        return [self.top, self.top // 2, 0]


def lines(values: Sequence[int], before: Sequence[int]) -> Lines:
    """Each value in the middle of its day's place; the last day runs still."""
    top = _top_of(max([*values, *before], default=0))
    points = _points(values, top)
    foot = [(points[-1][0], HEIGHT), (points[0][0], HEIGHT)]
    area = f"{_path([*points, *foot])}Z"
    return Lines(_path(points[:-1]), _path(points[-2:]), area, _path(_points(before, top)), top)


def spark(values: Sequence[float | None]) -> str:
    """A small line without a scale, from the lowest to the highest; days without a value are left out."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), max(known) - min(known)
    high = SPARK_HEIGHT - 2 * SPARK_EDGE
    step = SPARK_WIDTH / (len(values) - 1)
    points = [
        (place * step, SPARK_EDGE + high * (1 - (value - low) / span if span else 0.5))
        for place, value in enumerate(values)
        if value is not None
    ]
    return _path(points)


def _top_of(number: int) -> int:
    size = 1
    while number > TOPS[-1] * size:
        size *= 10
    return next(top * size for top in TOPS if number <= top * size)


def _points(values: Sequence[int], top: int) -> list[_Point]:
    wide = WIDTH / max(len(values), 1)
    return [(wide * (place + 0.5), HEIGHT - HEIGHT * value / top) for place, value in enumerate(values)]


def _path(points: Sequence[_Point]) -> str:
    pairs = [f"{round(x, 1):g} {round(y, 1):g}" for x, y in points]
    return f"M{'L'.join(pairs)}" if pairs else ""
