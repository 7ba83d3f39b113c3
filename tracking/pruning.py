"""Forget what is over: events, deliveries and their log after thirty days, tallies sooner; what waited is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from tracking import tallies
from tracking.models import Delivery, FailRateEpisode, WebhookEndpoint
from tracking.schedule import WAITS_FOR

KEPT = timedelta(days=30)
BATCH = 5000

# Deliveries and attempts go with their event, in the database.
_FORGET = """
    DELETE FROM tracking_webhookevent WHERE id IN (
        SELECT v.id FROM tracking_webhookevent v
        WHERE v.created_at < %s
          AND NOT EXISTS (SELECT FROM tracking_delivery d WHERE d.event_id = v.id AND d.state = 'pending')
        ORDER BY v.created_at LIMIT %s
    )
"""


def give_up_waiting(now: datetime) -> int:
    """End what waited for a paused or disabled endpoint for fourteen days; how many."""
    asleep = WebhookEndpoint.objects.exclude(status=WebhookEndpoint.Status.ACTIVE).values("pk")
    waited = Q(created_at__lt=now - WAITS_FOR) & Q(due_at__lt=now)
    late = Delivery.objects.filter(waited, state=Delivery.State.PENDING, endpoint__in=asleep)
    return int(late.update(state=Delivery.State.DEAD, finished_at=now))


def forget(now: datetime) -> int:
    """Delete events that are older than thirty days and over, in parts; how many."""
    forgotten, part = 0, BATCH
    with connection.cursor() as cursor:
        while part == BATCH:
            cursor.execute(_FORGET, [now - KEPT, BATCH])
            part = int(cursor.rowcount)
            forgotten += part
    tallies.forget(now)
    FailRateEpisode.objects.filter(ended_at__lt=now - KEPT).delete()
    return forgotten
