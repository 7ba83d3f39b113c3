"""Conversations as a CSV file, written piece by piece so that a long history needs no memory."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

from django.db import transaction
from django.http import StreamingHttpResponse

from conversations import inbox
from conversations.inbox import Filters
from conversations.models import Conversation
from conversations.payloads import iso
from tenants import audit, spreadsheets
from tenants.database import in_database
from tenants.models import Place, Verb
from tenants.spreadsheets import BYTE_ORDER_MARK, harmless, lines

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


def csv_response(place: Place, filters: Filters, *, for_spreadsheet: bool = False) -> StreamingHttpResponse:
    """The conversations that may be seen from there and the filters let through, oldest first."""
    with transaction.atomic():
        audit.record(Verb.CONVERSATION_EXPORTED, tenant=place.tenant_id, filters=filters.used)
    start = BYTE_ORDER_MARK if for_spreadsheet else ""
    return spreadsheets.csv_response(_written(place, filters, start), "conversations.csv")


async def _written(place: Place, filters: Filters, start: str) -> AsyncIterator[bytes]:
    yield (start + lines([COLUMNS])).encode()
    last: uuid.UUID | None = None
    while rows := await in_database(_batch, place, filters, last):
        last = rows[-1].pk
        yield lines(_cells(row) for row in rows).encode()


def _batch(place: Place, filters: Filters, last: uuid.UUID | None) -> list[Conversation]:
    rows = inbox.find(place, filters).order_by("pk")
    later = rows.filter(pk__gt=last) if last else rows
    return list(inbox.some_of(later, filters, slice(BATCH)).for_inbox())


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
