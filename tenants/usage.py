"""How much of its plan a tenant has used this month (UTC)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tenants.models import Plan, Tenant, UsagePeriod
from tenants.ownership import new_id

# One statement decides and counts, under the lock of the month's row: two conversations can't both be the last one.
_COUNT = """
INSERT INTO tenants_usageperiod AS month (id, tenant_id, starts, conversations)
SELECT %(id)s, tenant.id, %(starts)s, 1
  FROM tenants_tenant tenant JOIN tenants_plan plan ON plan.key = tenant.plan_id
 WHERE tenant.id = %(tenant)s AND (%(unlimited)s OR tenant.allows_overage OR plan.conversations > 0)
    ON CONFLICT (tenant_id, starts) DO UPDATE SET conversations = month.conversations + 1
 WHERE %(unlimited)s OR (
       SELECT tenant.allows_overage OR month.conversations < plan.conversations
         FROM tenants_tenant tenant JOIN tenants_plan plan ON plan.key = tenant.plan_id
        WHERE tenant.id = month.tenant_id)
RETURNING month.conversations
"""


class UsageLimitReached(Exception):
    """The plan's conversations are used up, and the tenant pays for no more."""

    def __init__(self, *, limit: int, resets_at: datetime) -> None:
        super().__init__(f"All {limit:,} conversations of this month's plan are used.")
        self.limit = limit
        self.resets_at = resets_at


@dataclass(frozen=True, slots=True)
class Usage:
    """A month so far."""

    conversations: int
    limit: int
    plan: str
    allows_overage: bool
    resets_at: datetime
    projected: int

    @property
    def is_running_out(self) -> bool:
        """Whether the month's plan will not last at this pace."""
        return self.projected > self.limit


def count_conversation(tenant: Tenant) -> None:
    """Count one new conversation in the caller's transaction, or raise UsageLimitReached."""
    starts = _month()
    unlimited = not settings.RATE_LIMITS
    values: dict[str, Any] = {"id": new_id(), "tenant": tenant.pk, "starts": starts, "unlimited": unlimited}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        counted = cursor.fetchone() is not None
    if not counted:
        limit = Plan.objects.values_list("conversations", flat=True).get(pk=tenant.plan_id)
        raise UsageLimitReached(limit=limit, resets_at=_end(starts))


def usage(tenant: Tenant) -> Usage:
    """This month's use, and where it leads at the pace of its days so far."""
    starts = _month()
    period = UsagePeriod.objects.for_tenant(tenant).filter(starts=starts).first()
    conversations = period.conversations if period else 0
    plan = tenant.plan
    return Usage(
        conversations=conversations,
        limit=plan.conversations,
        plan=plan.name,
        allows_overage=tenant.allows_overage,
        resets_at=_end(starts),
        projected=_project(conversations, starts),
    )


def _month() -> date:
    return timezone.now().astimezone(UTC).date().replace(day=1)


def _end(starts: date) -> datetime:
    following = starts + timedelta(days=monthrange(starts.year, starts.month)[1])
    return datetime(following.year, following.month, following.day, tzinfo=UTC)


def _project(conversations: int, starts: date) -> int:
    begun = datetime(starts.year, starts.month, starts.day, tzinfo=UTC)
    gone = max((timezone.now() - begun) / (_end(starts) - begun), 1 / 31)  # the first day tells little
    return round(conversations / gone)
