"""How much of its plan a tenant has used this month (UTC)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from tenants.models import Plan, Tenant, UsagePeriod
from tenants.models.tenant import no_days
from tenants.ownership import new_id
from tenants.statements import Statement

# One statement decides and counts, under the lock of the month's row: two conversations can't both be the last one.
_COUNT = Statement("""
INSERT INTO tenants_usageperiod AS month (id, tenant_id, starts, conversations, days, told_of)
SELECT %(id)s, tenant.id, %(starts)s, 1, %(days)s, 0
  FROM tenants_tenant tenant JOIN tenants_plan plan ON plan.key = tenant.plan_id
 WHERE tenant.id = %(tenant)s AND (%(unlimited)s OR tenant.allows_overage OR plan.conversations > 0)
    ON CONFLICT (tenant_id, starts) DO UPDATE
   SET conversations = month.conversations + 1, days[%(day)s] = month.days[%(day)s] + 1
 WHERE %(unlimited)s OR (
       SELECT tenant.allows_overage OR month.conversations < plan.conversations
         FROM tenants_tenant tenant JOIN tenants_plan plan ON plan.key = tenant.plan_id
        WHERE tenant.id = month.tenant_id)
RETURNING month.conversations
""")


class UsageLimitReached(Exception):
    """The plan's conversations are used up, and the tenant pays for no more."""

    def __init__(self, *, limit: int, resets_at: datetime) -> None:
        super().__init__(f"All {limit:,} conversations of this month's plan are used.")
        self.limit = limit
        self.resets_at = resets_at


@dataclass(frozen=True, slots=True)
class Usage:
    """A month so far, and where it leads at the pace of its days so far."""

    conversations: int
    limit: int
    plan: str
    allows_overage: bool
    starts: date
    days: list[int]
    now: datetime

    @property
    def begun(self) -> datetime:
        """The month's first moment."""
        return datetime(self.starts.year, self.starts.month, self.starts.day, tzinfo=UTC)

    @property
    def resets_at(self) -> datetime:
        """When the plan starts anew."""
        return _end(self.starts)

    @property
    def length(self) -> int:
        """How many days the month has."""
        return monthrange(self.starts.year, self.starts.month)[1]

    @property
    def days_left(self) -> int:
        """Days until then, today among them."""
        return self.length - len(self.days) + 1

    @property
    def projected(self) -> int:
        """Conversations by the end of the month."""
        gone = max((self.now - self.begun) / (self.resets_at - self.begun), 1 / 31)  # the first day tells little
        return round(self.conversations / gone)

    @property
    def percent(self) -> int:
        """How much of the plan is used; more than a hundred past it."""
        return 100 * self.conversations // self.limit if self.limit else 100

    @property
    def overage(self) -> int:
        """Conversations past the plan."""
        return max(self.conversations - self.limit, 0)

    @property
    def is_used_up(self) -> bool:
        """Whether the next conversation is past the plan."""
        return self.conversations >= self.limit

    @property
    def is_running_out(self) -> bool:
        """Whether the month's plan will not last at this pace."""
        return self.projected > self.limit

    @property
    def runs_out_at(self) -> datetime | None:
        """When the plan is used up at this pace, if that is still ahead and within the month."""
        if self.is_used_up or not self.is_running_out:
            return None
        return self.begun + (self.now - self.begun) * (self.limit / self.conversations)


def count_conversation(tenant: Tenant) -> None:
    """Count one new conversation in the caller's transaction, or raise UsageLimitReached."""
    today, starts = _today(), this_month()
    days = no_days()
    days[today.day - 1] = 1
    values: dict[str, Any] = {
        "id": new_id(),
        "tenant": tenant.pk,
        "starts": starts,
        "days": days,
        "day": today.day,
        "unlimited": not settings.RATE_LIMITS,
    }
    if _COUNT.one(values) is None:
        limit = Plan.objects.values_list("conversations", flat=True).get(pk=tenant.plan_id)
        raise UsageLimitReached(limit=limit, resets_at=_end(starts))


def usage(tenant: Tenant) -> Usage:
    """This month's use."""
    today, starts = _today(), this_month()
    period = UsagePeriod.objects.for_tenant(tenant).filter(starts=starts).first() or UsagePeriod()
    return Usage(
        conversations=period.conversations,
        limit=tenant.plan.conversations,
        plan=tenant.plan.name,
        allows_overage=tenant.allows_overage,
        starts=starts,
        days=period.days[: today.day],
        now=timezone.now(),
    )


def this_month() -> date:
    """The first day of the running month."""
    return _today().replace(day=1)


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


def _end(starts: date) -> datetime:
    following = starts + timedelta(days=monthrange(starts.year, starts.month)[1])
    return datetime(following.year, following.month, following.day, tzinfo=UTC)
