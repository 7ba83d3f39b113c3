"""Seal stored keys anew under the ring's first key: in batches, resumable, each readable all the while."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.db import transaction

from assistants.keys import is_current, open_secret, put_secret
from assistants.models import ProviderKey
from tenants.sealing import SecretUnreadable


@dataclass(slots=True)
class Resealed:
    """How far it got."""

    sealed: int = 0
    current: int = 0
    unreadable: list[uuid.UUID] = field(default_factory=list)


def reseal_all(batch: int) -> Resealed:
    """Go through every tenant's keys by id. A run that was cut off is simply started again."""
    done = Resealed()
    after: uuid.UUID | None = None
    while rows := _batch(after, batch, done):
        after = rows[-1]
    return done


@transaction.atomic
def _batch(after: uuid.UUID | None, batch: int, done: Resealed) -> list[uuid.UUID]:
    """One batch under lock, so that a key which is replaced meanwhile keeps its new secret."""
    keys = ProviderKey.objects.select_for_update().order_by("id")
    rows = list((keys.filter(id__gt=after) if after else keys)[:batch])
    for row in rows:
        _reseal(row, done)
    return [row.pk for row in rows]


def _reseal(row: ProviderKey, done: Resealed) -> None:
    try:
        if is_current(bytes(row.sealed)):
            done.current += 1
            return
        put_secret(row, open_secret(row))
    except SecretUnreadable:
        done.unreadable.append(row.pk)
        return
    row.save(update_fields=["sealed"])
    done.sealed += 1
