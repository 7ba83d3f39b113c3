"""Maker of tries that have been."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from tests.tracking.endpoints import RATED
from tracking.models import Attempt, Delivery, WebhookEndpoint, WebhookEvent


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
    return Attempt.objects.bulk_create(made)
