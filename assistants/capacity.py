"""How many characters a tenant's knowledge may have: its plan's, asked for under a lock before anything is stored."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Sum

from assistants.models import KnowledgeSource
from tenants.models import Plan, Tenant


class KnowledgeFull(Exception):
    """The plan has no room for so many characters more. The words say how many are left and what to do."""

    def __init__(self, *, limit: int, free: int, wanted: int) -> None:
        super().__init__(
            f"Your plan holds {limit:,} characters of knowledge and has room for {max(free, 0):,} more; this needs "
            f"{wanted:,}. Delete something, or choose a larger plan."
        )


@dataclass(frozen=True, slots=True)
class Room:
    """What is used of the plan's characters."""

    used: int
    limit: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down."""
        return self.used * 100 // self.limit if self.limit else 100

    @property
    def warning(self) -> int:
        """The highest of the marks 80, 90 and 100 % that is reached, or 0."""
        return next((mark for mark in (100, 90, 80) if self.percent >= mark), 0)

    @property
    def free(self) -> int:
        """Characters that may still be added."""
        return max(self.limit - self.used, 0)


def room(tenant: Tenant) -> Room:
    """What is used, and of how much."""
    limit = Plan.objects.values_list("knowledge_characters", flat=True).get(pk=tenant.plan_id)
    return Room(used=used(tenant.pk), limit=limit)


def make_room(tenant_id: uuid.UUID, *, more: int) -> None:
    """Hold the tenant's line until the transaction's end, and raise KnowledgeFull if `more` characters don't fit.

    Nobody else of this tenant can add anything before the caller has committed, so two can't both be the last to fit.
    What is stored already stays, also when the plan has become smaller, and may be made shorter.
    """
    tenant = Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
    if more <= 0:
        return
    now = room(tenant)
    if now.used + more > now.limit:
        raise KnowledgeFull(limit=now.limit, free=now.limit - now.used, wanted=more)


def used(tenant_id: uuid.UUID) -> int:
    """The characters of everything that a tenant's assistants know."""
    sources = KnowledgeSource.objects.for_tenant(tenant_id)
    return int(sources.aggregate(characters=Sum("characters", default=0))["characters"])
