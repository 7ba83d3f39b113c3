"""Seal the secrets of webhook endpoints anew under the ring's first key; a run that was cut off is started again."""

from __future__ import annotations

import uuid

from django.db import transaction

from tenants.sealing import Resealed, SecretUnreadable
from tracking.models import WebhookEndpoint
from tracking.webhook_secrets import reseal


def reseal_all(batch: int, done: Resealed) -> None:
    """Go through every tenant's endpoints by id."""
    after: uuid.UUID | None = None
    while rows := _batch(after, batch, done):
        after = rows[-1]


@transaction.atomic
def _batch(after: uuid.UUID | None, batch: int, done: Resealed) -> list[uuid.UUID]:
    """One batch under lock, so that a secret which is rotated meanwhile stays the new one."""
    endpoints = WebhookEndpoint.objects.select_for_update().order_by("id")
    rows = list((endpoints.filter(id__gt=after) if after else endpoints)[:batch])
    for row in rows:
        _reseal(row, done)
    return [row.pk for row in rows]


def _reseal(row: WebhookEndpoint, done: Resealed) -> None:
    try:
        is_new = reseal(row)
    except SecretUnreadable:
        done.unreadable.append(row.pk)
        return
    if is_new:
        row.save(update_fields=["sealed", "previous_sealed"])
        done.sealed += 1
    else:
        done.current += 1
