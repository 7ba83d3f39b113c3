"""What conversations came to, and what happened in widgets, counted."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from tracking.mappings import speaks_to_pages
from tracking.models import Outcome, WidgetEvent
from tracking.outcomes import record_outcome

__all__ = ["page_events", "record_outcome", "record_widget_event", "speaks_to_pages"]

MAX_NAMES = 100  # a tenant's kinds of events a day; a page could invent names without end
OTHER = "custom:other"


@transaction.atomic
def record_widget_event(*, tenant_id: uuid.UUID, event: str) -> None:
    """Add one to the day's count of this event; one statement, but for the first of its kind that day."""
    today = timezone.now().date()
    counts = WidgetEvent.objects.for_tenant(tenant_id).filter(day=today)
    if counts.filter(event=event).update(count=F("count") + 1):
        return
    if counts.count() >= MAX_NAMES:
        event = OTHER
    _begin_or_add(WidgetEvent(tenant_id=tenant_id, day=today, event=event))


def _begin_or_add(row: WidgetEvent) -> None:
    """Two visitors may be the day's first at once: the second adds to what the first began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracking_widgetevent AS t (id, tenant_id, day, event, count) VALUES (%s, %s, %s, %s, 1)"
            " ON CONFLICT (tenant_id, day, event) DO UPDATE SET count = t.count + 1",
            [row.pk, row.tenant_id, row.day, row.event],
        )


def page_events(tenant_id: uuid.UUID, conversation_id: uuid.UUID) -> list[dict[str, Any]]:
    """The details that the visitor's page is told about a conversation, oldest first: one of each type at most."""
    return list(Outcome.objects.for_tenant(tenant_id).for_page(conversation_id).values_list("detail", flat=True))
