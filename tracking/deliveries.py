"""The delivery log as people ask for it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Prefetch, Q

from tracking.models import Attempt, Delivery, WebhookEvent
from tracking.models.delivery import DeliveryQuerySet

_BY = {
    "endpoint_id": "endpoint",
    "event_type": "event_type",
    "state": "state",
    "since": "created_at__gte",
    "until": "created_at__lt",
}
FAILING = "failing"
"""Beside the states there are: what has failed and is tried again."""


def search(tenant_id: uuid.UUID, asked: Mapping[str, Any]) -> DeliveryQuerySet:
    """The tenant's deliveries that fit, the newest first. `about` is the id of an event or of a conversation."""
    wanted = {_BY[name]: value for name, value in asked.items() if name in _BY and value not in (None, "")}
    if wanted.get("state") == FAILING:
        wanted |= {"state": Delivery.State.PENDING, "tries__gt": 0}
    if about := asked.get("about"):
        events = WebhookEvent.objects.for_tenant(tenant_id).filter(Q(pk=about) | Q(conversation_id=about))
        wanted["event_id__in"] = events.values("pk")
    return Delivery.objects.for_tenant(tenant_id).filter(**wanted).newest_first()


def unfinished(tenant_id: uuid.UUID) -> dict[uuid.UUID, dict[str, int]]:
    """How many deliveries wait and were given up, by endpoint and state."""
    states = (Delivery.State.PENDING, Delivery.State.DEAD)
    found = Delivery.objects.for_tenant(tenant_id).real().filter(state__in=states)
    counts: dict[uuid.UUID, dict[str, int]] = {}
    for endpoint, state, number in found.values_list("endpoint", "state").annotate(number=Count("pk")):
        counts.setdefault(endpoint, {})[state] = number
    return counts


def with_log(deliveries: DeliveryQuerySet) -> DeliveryQuerySet:
    """With their endpoint, event and tries, in a fixed number of statements."""
    tries = Prefetch("log", Attempt.objects.order_by("number", "started_at"))
    secret = ("event__body", "endpoint__sealed", "endpoint__previous_sealed")
    return deliveries.select_related("endpoint", "event").defer(*secret).prefetch_related(tries)
