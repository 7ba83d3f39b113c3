"""Conversations as a CSV file, written piece by piece so that a long history needs no memory."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import AsyncIterator, Iterable
from typing import Any

from django.http import StreamingHttpResponse

from conversations import inbox
from conversations.inbox import Filters
from conversations.models import Conversation
from conversations.payloads import iso
from tenants.database import in_database
from tenants.models import Membership

BATCH = 1000
COLUMNS = (
    "id",
    "channel",
    "status",
    "name",
    "email",
    "phone",
    "company",
    "started_at",
    "last_message_at",
    "closed_at",
    "qualified",
    "assigned_to",
    "needs_attention",
    "page_url",
)
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take the file for Latin-1 without it
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_response(membership: Membership, filters: Filters, *, for_spreadsheet: bool = False) -> StreamingHttpResponse:
    """The conversations that the member may see and the filters let through, oldest first."""
    response = StreamingHttpResponse(
        _written(membership, filters, BYTE_ORDER_MARK if for_spreadsheet else ""),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="conversations.csv"'
    response["Cache-Control"] = "no-store"
    return response


async def _written(membership: Membership, filters: Filters, start: str) -> AsyncIterator[bytes]:
    yield (start + _lines([COLUMNS])).encode()
    last: uuid.UUID | None = None
    while rows := await in_database(_batch, membership, filters, last):
        last = rows[-1].pk
        yield _lines(_cells(row) for row in rows).encode()


def _batch(membership: Membership, filters: Filters, last: uuid.UUID | None) -> list[Conversation]:
    rows = inbox.find(membership, filters).for_inbox().order_by("pk")
    return list((rows.filter(pk__gt=last) if last else rows)[:BATCH])


def _cells(conversation: Conversation) -> list[Any]:
    contact, person = conversation.contact, conversation.assigned_to
    cells = [
        conversation.pk,
        conversation.channel,
        conversation.status,
        *([contact.name, contact.email, contact.phone, contact.company] if contact else [""] * 4),
        iso(conversation.started_at),
        iso(conversation.last_message_at),
        iso(conversation.closed_at) or "",
        "yes" if conversation.qualified else "no",
        person.get_full_name() if person else "",
        conversation.get_attention_display() if conversation.needs_attention else "",
        conversation.page_url,
    ]
    return [harmless(str(cell)) for cell in cells]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
