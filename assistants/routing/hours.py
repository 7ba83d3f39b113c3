"""When a rule holds: weekdays and a time of day, by the clock on the tenant's wall. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALL_DAY: Final = dt.time(0)


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekdays (1 is Monday; none means every day) and from when to when; to the same time means the whole day.

    What ends before it begins goes on past midnight and belongs to the day on which it began.
    """

    weekdays: Sequence[int]
    begins: dt.time
    ends: dt.time

    def include(self, at: dt.datetime) -> bool:
        """Whether this moment, as the tenant's clock shows it, is inside."""
        time = at.time()
        if self.begins < self.ends:
            return self._on(at) and self.begins <= time < self.ends
        if time >= self.begins:
            return self._on(at)
        return self._on(at - dt.timedelta(days=1)) and (time < self.ends or self.begins == self.ends)

    def __str__(self) -> str:
        if self.begins == self.ends == ALL_DAY:
            return self._days()
        return f"{self._days()}, {self.begins:%H:%M} to {self.ends:%H:%M}"

    def _on(self, at: dt.datetime) -> bool:
        return not self.weekdays or at.isoweekday() in self.weekdays

    def _days(self) -> str:
        days = sorted(set(self.weekdays))
        if not days or len(days) == len(DAYS):
            return "Every day"
        if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
            return f"{DAYS[days[0] - 1]} to {DAYS[days[-1] - 1]}"
        return ", ".join(DAYS[day - 1] for day in days)
