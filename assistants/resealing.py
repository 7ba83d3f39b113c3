"""Seal stored secrets anew under the ring's first key: in batches, resumable, each readable all the while."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db import transaction

from assistants.keys import is_current, open_secret, put_secret
from assistants.models import ProviderKey, Tool
from assistants.tools.headers import open_headers, put_headers
from tenants.sealing import Resealed, SecretUnreadable, is_under_first_key

KINDS: Final = {ProviderKey: "sealed", Tool: "headers"}
"""What is sealed, and in which field; an empty field holds nothing."""


def reseal_all(batch: int, done: Resealed) -> None:
    """Go through every tenant's secrets by id. A run that was cut off is simply started again."""
    for kind in KINDS:
        after: uuid.UUID | None = None
        while rows := _batch(kind, after, batch, done):
            after = rows[-1]


@transaction.atomic
def _batch(kind: Any, after: uuid.UUID | None, batch: int, done: Resealed) -> list[uuid.UUID]:
    """One batch under lock, so that a secret which is replaced meanwhile stays the new one."""
    holding = kind.objects.exclude(**{KINDS[kind]: b""}).select_for_update().order_by("id")
    rows = list((holding.filter(id__gt=after) if after else holding)[:batch])
    for row in rows:
        _reseal(row, done)
    return [row.pk for row in rows]


def _reseal(row: ProviderKey | Tool, done: Resealed) -> None:
    try:
        if _is_current(row):
            done.current += 1
            return
        _seal_anew(row)
    except SecretUnreadable:
        done.unreadable.append(row.pk)
        return
    row.save(update_fields=[KINDS[type(row)]])
    done.sealed += 1


def _is_current(row: ProviderKey | Tool) -> bool:
    return is_current(bytes(row.sealed)) if isinstance(row, ProviderKey) else is_under_first_key(bytes(row.headers))


def _seal_anew(row: ProviderKey | Tool) -> None:
    if isinstance(row, ProviderKey):
        put_secret(row, open_secret(row))
    else:
        put_headers(row, open_headers(row))
