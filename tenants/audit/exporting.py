"""The audit log as a file."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import orjson
from django.http import StreamingHttpResponse

from tenants.audit.searching import STAFF
from tenants.audit.words import actor_of
from tenants.database import in_database
from tenants.models import AuditEntry
from tenants.models.audit import AuditEntryQuerySet
from tenants.spreadsheets import BYTE_ORDER_MARK, csv_response, harmless, lines

BATCH = 1000
COLUMNS = (
    "at", "actor", "actor_email", "actor_kind", "verb", "what", "target_kind", "target_id", "target", "details",
    "ip_address", "request_id",
)  # fmt: skip


def as_file(found: AuditEntryQuerySet) -> StreamingHttpResponse:
    """The entries that were asked for, the newest first."""
    return csv_response(_written(found), "audit-log.csv")


async def _written(found: AuditEntryQuerySet) -> AsyncIterator[bytes]:
    yield (BYTE_ORDER_MARK + lines([COLUMNS])).encode()
    last: uuid.UUID | None = None
    while rows := await in_database(_batch, found, last):
        last = rows[-1].pk
        yield lines(_cells(row) for row in rows).encode()


def _batch(found: AuditEntryQuerySet, last: uuid.UUID | None) -> list[AuditEntry]:
    rows = found.order_by("-pk")  # ids are made in the order of time, and no entry can come in between
    return list((rows.filter(pk__lt=last) if last else rows)[:BATCH])


def _cells(entry: AuditEntry) -> list[str]:
    by_staff = entry.actor_kind == STAFF
    cells = [
        entry.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        actor_of(entry),
        "" if by_staff else entry.actor_email,
        entry.actor_kind,
        entry.verb,
        entry.get_verb_display(),
        entry.target_kind,
        entry.target_id,
        entry.target_name,
        orjson.dumps(entry.details).decode() if entry.details else "",
        "" if by_staff else entry.ip_address or "",
        entry.request_id,
    ]
    return [harmless(cell) for cell in cells]
