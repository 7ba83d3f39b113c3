"""Makers of tries that have been."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from tenants.ownership import new_id
from tests.tracking.endpoints import RATED
from tracking import tallies
from tracking.leasing import Claimed, Tried, tried
from tracking.models import Attempt, Delivery, WebhookEndpoint, WebhookEvent
from tracking.posting import Answer, Post

_ADD_UP = tallies.adding("(SELECT * FROM tracking_attempt WHERE id = ANY(%s)) made")


def log_attempts(
    endpoint: WebhookEndpoint,
    count: int = 1,
    *,
    at: datetime | None = None,
    event_type: str = RATED,
    status: int | None = 204,
    request_id: str = "",
    is_test: bool = False,
    ms: int = 100,
    **fields: Any,
) -> list[Attempt]:
    """So many tries at an endpoint, each of a delivery of its own."""
    at = at or timezone.now()
    made = []
    for _ in range(count):
        event = WebhookEvent.objects.create(
            tenant=endpoint.tenant, type=event_type, body=b"{}", occurred_at=at, request_id=request_id
        )
        delivery = Delivery.objects.create(
            tenant=endpoint.tenant,
            event=event,
            endpoint=endpoint,
            event_type=event_type,
            is_test=is_test,
            state="pending" if fields.get("failure") else "delivered",
            tries=1,
            attempts=1,
        )
        values = {"number": 1, "started_at": at, "duration_ms": ms, "status_code": status, "is_test": is_test}
        made.append(Attempt(tenant=endpoint.tenant, endpoint=endpoint, delivery=delivery, event_type=event_type))
        for name, value in {**values, **fields}.items():
            setattr(made[-1], name, value)
    Attempt.objects.bulk_create(made)
    add_up(made)
    return made


def add_up(made: list[Attempt]) -> None:
    """Into the tallies, as the statement does that logs them in the product."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, [[attempt.pk for attempt in made]])


def make_tried(
    endpoint: WebhookEndpoint,
    event_type: str = RATED,
    *,
    at: datetime | None = None,
    ms: int = 100,
    failure: str = "",
    is_test: bool = False,
) -> Tried:
    """A try that has come back, of a delivery of its own."""
    event = WebhookEvent.objects.create(tenant=endpoint.tenant, type=event_type, body=b"{}", occurred_at=timezone.now())
    delivery = Delivery.objects.create(
        tenant=endpoint.tenant, event=event, endpoint=endpoint, event_type=event_type, is_test=is_test
    )
    post = Post(event.pk, endpoint.url, b"{}", ())
    claimed = Claimed(delivery.pk, endpoint.tenant_id, endpoint.pk, new_id(), 0, 0, post, is_test)
    answer = Answer(started_at=at or timezone.now(), duration=ms / 1000, status=204, failure=failure)
    return tried(claimed, answer)
