"""Outcomes are recorded in the transaction of the fact itself, once per conversation and type, whatever races."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from psycopg.types.json import Jsonb

from conversations import log
from conversations.log import Draft
from conversations.models import Conversation
from tenants.statements import Statement
from tracking import mappings, outbox, payloads
from tracking.models import EventType, Outcome, OutcomeMapping, Source

_RECORD = Statement("""
    INSERT INTO tracking_outcome (id, tenant_id, conversation_id, type, source, occurred_at, detail, emit_browser)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (conversation_id, type) DO NOTHING
""")


def record_outcome(
    conversation: Conversation, event_type: str, source: str, facts: Mapping[str, Any] | None = None
) -> list[Draft]:
    """Record an outcome and have everybody told who shall be; what the event log is to be told.

    Call it inside the transaction of the fact. Raises ValueError for a type or source that there isn't.
    """
    kind, decided_by = EventType(event_type), Source(source)
    if conversation.channel != Conversation.Channel.WIDGET:
        return []
    mapping = mappings.find(conversation.tenant_id, kind)
    if not mapping.enabled:
        return []
    outcome = Outcome(
        tenant_id=conversation.tenant_id,
        conversation_id=conversation.pk,
        type=kind.value,
        source=decided_by.value,
        occurred_at=timezone.now(),
        emit_browser=mapping.emit_browser,
    )
    outcome.detail = payloads.build_detail(outcome, conversation, mapping, facts or {})
    return _told(outcome, mapping, conversation) if _is_first(outcome) else []


def _is_first(outcome: Outcome) -> bool:
    """Store it, unless the conversation has one of its type: then a race was lost, or it was known long ago."""
    values: list[Any] = [
        outcome.pk,
        outcome.tenant_id,
        outcome.conversation_id,
        outcome.type,
        outcome.source,
        outcome.occurred_at,
        Jsonb(outcome.detail),
        outcome.emit_browser,
    ]
    return bool(_RECORD.run(values))


def _told(outcome: Outcome, mapping: OutcomeMapping, conversation: Conversation) -> list[Draft]:
    if mapping.emit_webhook:
        outbox.enqueue(
            tenant_id=outcome.tenant_id,
            event_type=outcome.type,
            event_id=outcome.pk,
            occurred_at=outcome.occurred_at,
            data=outcome.detail,
        )
    if mapping.emit_browser:
        return [log.for_visitor(conversation, "tracking", outcome.detail)]
    return [log.conversation_event(log.UPDATED, conversation)]  # the log knows of each: what counts them goes by it
