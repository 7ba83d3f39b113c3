"""Contacts as a CSV file, written piece by piece so that a long list needs no memory."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

from django.db import transaction
from django.http import StreamingHttpResponse

from conversations import contact_list
from conversations.contact_list import Filters
from conversations.models import Contact
from conversations.payloads import iso
from tenants import audit, spreadsheets
from tenants.database import in_database
from tenants.models import Tenant, Verb
from tenants.spreadsheets import BYTE_ORDER_MARK, harmless, lines

BATCH = 1000
COLUMNS = ("id", "name", "email", "phone", "company", "qualified", "created_at", "last_seen_at")


def csv_response(tenant: Tenant, filters: Filters) -> StreamingHttpResponse:
    """The contacts that the filters let through, the newest first."""
    with transaction.atomic():
        audit.record(Verb.CONTACT_EXPORTED, tenant=tenant, filters=filters.used)
    return spreadsheets.csv_response(_written(tenant.pk, filters), "contacts.csv")


async def _written(tenant_id: uuid.UUID, filters: Filters) -> AsyncIterator[bytes]:
    yield (BYTE_ORDER_MARK + lines([COLUMNS])).encode()
    last: uuid.UUID | None = None
    while rows := await in_database(_batch, tenant_id, filters, last):
        last = rows[-1].pk
        yield lines(_cells(row) for row in rows).encode()


def _batch(tenant_id: uuid.UUID, filters: Filters, last: uuid.UUID | None) -> list[Contact]:
    rows = contact_list.found(tenant_id, filters).newest_first()
    with contact_list.looking_for(filters):
        ids = list((rows.filter(pk__lt=last) if last else rows).values_list("pk", flat=True)[:BATCH])
    return list(Contact.objects.for_tenant(tenant_id).filter(pk__in=ids).newest_first())


def _cells(contact: Contact) -> list[str]:
    cells = [
        str(contact.pk),
        contact.name,
        contact.email,
        contact.phone,
        contact.company,
        "yes" if contact.qualified else "no",
        iso(contact.created_at) or "",
        iso(contact.last_seen_at) or "",
    ]
    return [harmless(cell) for cell in cells]
