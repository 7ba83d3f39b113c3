"""What differs between before and after, as far as the audit log may know it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from tenants.redacting import redact

LONGEST = 100  # characters of a value or a name: what is longer is a text, and texts are nobody's settings
MOST = 20  # values of a list

Changes = dict[str, list[Any]]
"""By field: its old and its new value, or an empty list where only that it was changed is told."""


def snapshot(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """A row's values, to be compared with those that it has later."""
    return {name: getattr(row, name) for name in fields}


def changes(before: Mapping[str, Any], after: Mapping[str, Any], *, shown: Collection[str] = ()) -> Changes:
    """What differs of the fields of `after`. Values are kept of those that are `shown`: no secrets, texts, addresses.

    Whoever adds a field has to say so. Forgetting it costs a value in the log, not a secret.
    """
    differing = [name for name, value in after.items() if before.get(name) != value]
    return {name: _pair(before.get(name), after[name]) if name in shown else [] for name in differing}


def changes_of(before: Mapping[str, Any], row: models.Model, *, shown: Collection[str] = ()) -> Changes:
    """What differs between a snapshot and the row as it is now."""
    return changes(before, snapshot(row, before), shown=shown)


def _pair(old: Any, new: Any) -> list[Any]:
    try:
        return [plain(old), plain(new)]
    except TypeError:
        return []


def plain(value: Any) -> Any:
    """A value as JSON has it, short, and without what looks like a secret. Raises TypeError for what isn't plain."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        if len(value) > MOST:
            raise TypeError
        return [plain(one) for one in value]
    if isinstance(value, str | Decimal | uuid.UUID | dt.date | dt.datetime):
        return short(str(value))
    raise TypeError


def short(text: str) -> str:
    """A name as it is kept: redacted before it is cut, or half a secret would look like none."""
    text = redact(text).replace("\x00", "")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
