"""What a plan limits beside conversations. The app that holds it says here how it is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenants.models import Tenant

Count = Callable[[Tenant], int]
_counts: dict[str, Count] = {}


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of something a tenant has, of how much its plan holds."""

    used: int
    limit: int


def counted_by(field: str, count: Count) -> None:
    """Let `count` say how much a tenant has of what the plan's `field` limits."""
    _counts[field] = count


def knowledge(tenant: Tenant) -> Measure:
    """The characters of text that the tenant's assistants know."""
    field = "knowledge_characters"
    return Measure(used=_counts[field](tenant), limit=getattr(tenant.plan, field))
