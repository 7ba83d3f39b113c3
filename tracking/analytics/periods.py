"""Stretches of the tenant's days: the one that is looked at, and the one before it. Pure.

A day is one of the tenant's time zone, whatever its length. Today is among them and runs still, so the stretch before
ends at the same time of its last day: like is compared with like.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

PERIODS = {"7d": 7, "30d": 30, "90d": 90}
DEFAULT = "30d"


@dataclass(frozen=True, slots=True)
class Period:
    """So many days up to now."""

    key: str
    now: datetime
    zone: tzinfo

    @property
    def length(self) -> int:
        return PERIODS[self.key]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def days(self) -> list[date]:
        """From the first to today."""
        return [self.today - timedelta(days=ago) for ago in reversed(range(self.length))]

    @property
    def days_before(self) -> list[date]:
        """As many before them."""
        return [day - timedelta(days=self.length) for day in self.days]

    @property
    def begins_at(self) -> datetime:
        return self.begin_of(self.days[0])

    @property
    def before_begins_at(self) -> datetime:
        return self.begin_of(self.days_before[0])

    @property
    def before_ends_at(self) -> datetime:
        """The moment of the day before's last day that today has come to."""
        local = self.now.astimezone(self.zone)
        return datetime.combine(self.days_before[-1], local.time(), self.zone)

    def begin_of(self, day: date) -> datetime:
        """Its first moment; where midnight is skipped, the one after."""
        return datetime.combine(day, time.min, self.zone)
