"""Put what is to be told into the outbox, in the transaction of the fact itself: both commit or neither."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from celery import current_app
from structlog.contextvars import get_contextvars

from conversations.payloads import iso
from tenants.ownership import new_id
from tenants.statements import Statement
from tracking.bell import Bell

DELIVER = "tracking.tasks.deliver_webhooks"
BELL_EXPIRES = 30  # seconds; beat has rung often by then

# Paused and disabled endpoints too: their deliveries wait. The lock lets nobody delete one before this commits.
_LISTENERS = Statement("""
    SELECT id FROM tracking_webhookendpoint WHERE tenant_id = %s AND events @> ARRAY[%s]::varchar[] FOR KEY SHARE
""")
_INSERT = Statement("""
    WITH event AS (
        INSERT INTO tracking_webhookevent (id, tenant_id, type, body, occurred_at, conversation_id, request_id)
        VALUES (%(event)s, %(tenant)s, %(type)s, %(body)s, %(at)s, %(conversation)s, %(request)s)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    INSERT INTO tracking_delivery (id, tenant_id, event_id, endpoint_id, event_type, is_test, state, tries, attempts)
    SELECT d.id, %(tenant)s, event.id, d.endpoint_id, %(type)s, false, 'pending', 0, 0
    FROM event, unnest(%(deliveries)s::uuid[], %(endpoints)s::uuid[]) AS d (id, endpoint_id)
""")

bell = Bell(lambda: current_app.send_task(DELIVER, retry=False, expires=BELL_EXPIRES))


def enqueue(
    *, tenant_id: uuid.UUID, event_type: str, event_id: uuid.UUID, occurred_at: datetime, data: Mapping[str, Any]
) -> int:
    """Store the event once and a delivery for each endpoint that listens for it; how many.

    Runs in the caller's transaction; an event that is there already is not told again.
    """
    endpoints = [row[0] for row in _LISTENERS.all([tenant_id, event_type])]
    if not endpoints:
        return 0
    values = {
        "tenant": tenant_id,
        "event": event_id,
        "type": event_type,
        "body": body_of(event_type, occurred_at, data),
        "at": occurred_at,
        "conversation": data.get("conversation_id"),
        "request": get_contextvars().get("request_id", ""),
        "deliveries": [new_id() for _ in endpoints],
        "endpoints": endpoints,
    }
    told = _INSERT.run(values)
    bell.on_commit()
    return told


def body_of(event_type: str, occurred_at: datetime, data: Mapping[str, Any]) -> bytes:
    """What is sent and signed, to the byte (contract §7)."""
    return orjson.dumps({"event": event_type, "timestamp": iso(occurred_at), "data": data})
