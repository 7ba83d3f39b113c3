"""How many visitors found no assistant that answers, day by day: the page says so where it can be mended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from assistants.models import TurnedAway
from assistants.selection import default_for_chat
from tenants.models import Tenant
from tenants.ownership import new_id

DAYS: Final = 7

_COUNT = """
    INSERT INTO assistants_turnedaway AS t (id, tenant_id, day, reason, visitors) VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (tenant_id, day, reason) DO UPDATE SET visitors = t.visitors + 1
"""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the tenant's calendar and how many were turned away on it."""

    day: dt.date
    visitors: int


@dataclass(frozen=True, slots=True)
class Week:
    """The last seven days, today last; `mended` when an assistant would answer a new visitor now."""

    days: tuple[Day, ...]
    without_assistant: int
    misconfigured: int
    mended: bool

    @property
    def visitors(self) -> int:
        return self.without_assistant + self.misconfigured

    @property
    def title(self) -> str:
        visitors = "1 visitor" if self.visitors == 1 else f"{self.visitors:,} visitors"
        return f"Nobody answered {visitors} in the last {DAYS} days"


def note(tenant: Tenant, reason: str) -> None:
    """Count one visitor more today; one statement."""
    values: list[Any] = [new_id(), tenant.pk, _today(tenant), reason]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def last_week(tenant: Tenant) -> Week:
    """Who was turned away lately; one query, and one more where somebody was."""
    today = _today(tenant)
    days = [today - dt.timedelta(days=ago) for ago in reversed(range(DAYS))]
    rows = TurnedAway.objects.for_tenant(tenant).filter(day__gte=days[0])
    counted = list(rows.values_list("day", "reason", "visitors"))

    def total(reason: str) -> int:
        return sum(visitors for _, why, visitors in counted if why == reason)

    return Week(
        days=tuple(Day(day, sum(visitors for on, _, visitors in counted if on == day)) for day in days),
        without_assistant=total(TurnedAway.Reason.NO_ASSISTANT),
        misconfigured=total(TurnedAway.Reason.MISCONFIGURED),
        mended=bool(counted) and default_for_chat(tenant) is not None,
    )


def _today(tenant: Tenant) -> dt.date:
    return timezone.now().astimezone(tenant.tzinfo).date()
