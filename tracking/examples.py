"""What a webhook’s body looks like, for who writes the other end: invented rows in the real code’s words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from conversations.models import Contact, Conversation, Message
from conversations.payloads import conversation_payload, message_payload
from tenants.models import Tenant
from tracking import mappings, payloads
from tracking.models import EventType, LogEvent, Outcome, OutcomeMapping, Source
from tracking.outbox import body_of

_AT = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
_IDS = [UUID(f"01960000-0000-7000-8000-00000000000{place}") for place in range(4)]
_FACTS = {
    "answers": {"budget": 1500},
    "duration_seconds": 312,
    "has_email": True,
    "has_name": True,
    "has_phone": False,
    "messages": 9,
    "reason": "asked_for_person",
    "score": 5,
}
_SOURCES = {
    EventType.LEAD_QUALIFIED: Source.RULE,
    EventType.APPOINTMENT_REQUESTED: Source.ASSISTANT,
    EventType.QUOTE_REQUESTED: Source.ASSISTANT,
}


@dataclass(frozen=True, slots=True)
class Example:
    """One event as it would be sent to this tenant; `is_off` where its mapping keeps it from webhooks."""

    name: str
    label: str
    body: str
    is_off: bool = False

    @property
    def key(self) -> str:
        """Its name, for use in ids of a page."""
        return self.name.replace(".", "-")


def of(tenant: Tenant) -> list[Example]:
    """One of each event, in the order in which they can be chosen."""
    conversation = _conversation(tenant)
    message = Message(
        id=_IDS[2], conversation=conversation, author=Message.Author.VISITOR, body="Do you deliver?", created_at=_AT
    )
    told = conversation_payload(conversation)
    return [
        *(_outcome(mapping, conversation) for mapping in mappings.all_of(tenant)),
        _example(LogEvent.CONVERSATION_CREATED, told),
        _example(LogEvent.CONVERSATION_UPDATED, told),
        _example(LogEvent.MESSAGE_CREATED, message_payload(message)),
    ]


def _conversation(tenant: Tenant) -> Conversation:
    contact = Contact(tenant=tenant, name="Ada Example", email="ada@example.com")
    return Conversation(
        id=_IDS[0],
        tenant=tenant,
        contact=contact,
        session="example",
        page_url="https://www.example.com/pricing",
        started_at=_AT,
        last_message_at=_AT,
    )


def _outcome(mapping: OutcomeMapping, conversation: Conversation) -> Example:
    kind = EventType(mapping.event_type)
    outcome = Outcome(id=_IDS[1], type=kind.value, source=_SOURCES.get(kind, Source.SYSTEM), occurred_at=_AT)
    detail = payloads.build_detail(outcome, conversation, mapping, _FACTS)
    return _example(kind, detail, is_off=not (mapping.enabled and mapping.emit_webhook))


def _example(kind: EventType | LogEvent, data: dict[str, Any], *, is_off: bool = False) -> Example:
    body = orjson.dumps(orjson.loads(body_of(kind.value, _AT, data)), option=orjson.OPT_INDENT_2).decode()
    return Example(kind.value, str(kind.label), body, is_off)
