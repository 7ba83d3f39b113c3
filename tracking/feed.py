"""Events that are a view of the tenant's event log: each endpoint follows it from where it was, so chats pay nothing.

The dispatcher moves the endpoint on in the transaction that stores the deliveries. What is told is the dashboard's own
shape (contract §4), unredacted: it goes to the tenant's own server, signed, and is the tenant's own data.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from conversations.models import Event
from tenants.ownership import new_id
from tracking.models import LogEvent, WebhookEndpoint
from tracking.outbox import body_of

TYPES = {
    "conversation:new": LogEvent.CONVERSATION_CREATED,
    "conversation:updated": LogEvent.CONVERSATION_UPDATED,
    "message:new": LogEvent.MESSAGE_CREATED,
}
BATCH = 200  # events of one log at a time
ENDPOINTS = 50  # that are moved on in one go

_BEHIND = """
    SELECT e.id, e.tenant_id, e.events, e.log_seq, c.seq
    FROM tracking_webhookendpoint e JOIN conversations_eventcounter c ON c.tenant_id = e.tenant_id
    WHERE e.follows_log AND e.log_seq < c.seq
    ORDER BY e.id LIMIT %s FOR NO KEY UPDATE OF e SKIP LOCKED
"""
# The event's id comes from its place in the log: whoever follows the same log tells the same event.
_STORE = """
    INSERT INTO tracking_webhookevent (id, tenant_id, type, body, occurred_at, conversation_id, request_id)
    SELECT n.id, %(tenant)s, n.type, n.body, n.at, n.conversation, ''
    FROM unnest(%(ids)s::uuid[], %(types)s::text[], %(bodies)s::bytea[], %(ats)s::timestamptz[],
                %(conversations)s::uuid[]) AS n (id, type, body, at, conversation)
    ON CONFLICT (id) DO NOTHING
"""
_DELIVER = """
    INSERT INTO tracking_delivery (id, tenant_id, event_id, endpoint_id, event_type, is_test, state, tries, attempts)
    SELECT d.id, %(tenant)s, d.event, %(endpoint)s, d.type, false, 'pending', 0, 0
    FROM unnest(%(deliveries)s::uuid[], %(ids)s::uuid[], %(types)s::text[]) AS d (id, event, type)
    ON CONFLICT (event_id, endpoint_id) DO NOTHING
"""


@transaction.atomic
def follow() -> int:
    """Move endpoints on along their tenants' logs; how many deliveries that made."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [ENDPOINTS])
        behind = cursor.fetchall()
    return sum(_move(*row) for row in behind)


def _move(endpoint_id: uuid.UUID, tenant_id: uuid.UUID, wanted: Sequence[str], since: int, head: int) -> int:
    events = list(Event.objects.for_tenant(tenant_id).filter(seq__gt=since).order_by("seq")[:BATCH])
    # Where the log has been pruned there is nothing left to tell.
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(log_seq=events[-1].seq if events else head)
    told = [event for event in events if TYPES.get(event.type, "") in wanted]
    if told:
        _tell(endpoint_id, tenant_id, told)
    return len(told)


def _tell(endpoint_id: uuid.UUID, tenant_id: uuid.UUID, events: Sequence[Event]) -> None:
    types = [str(TYPES[event.type]) for event in events]
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "endpoint": endpoint_id,
        "ids": [uuid.uuid5(tenant_id, str(event.seq)) for event in events],
        "types": types,
        "bodies": [body_of(type_, event.at, event.data) for type_, event in zip(types, events, strict=True)],
        "ats": [event.at for event in events],
        "conversations": [event.conversation_id for event in events],
        "deliveries": [new_id() for _ in events],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
        cursor.execute(_DELIVER, values)
