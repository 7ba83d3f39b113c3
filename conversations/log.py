"""The tenant's event log: written in the transaction of the change it tells of, read by whoever missed something."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from django.db import transaction

from conversations import realtime
from conversations.models import Conversation, Event, EventCounter, Message
from conversations.payloads import conversation_payload, iso, message_payload
from conversations.realtime import Frame
from tenants import wall
from tenants.statements import Statement

# The counter's row stays locked until the caller commits: so a lower number is never seen after a higher one.
_EVENTS = """
    counter AS (
        INSERT INTO conversations_eventcounter AS c (tenant_id, seq) VALUES (%(tenant)s, %(count)s)
        ON CONFLICT (tenant_id) DO UPDATE SET seq = c.seq + %(count)s
        RETURNING seq
    )
    INSERT INTO conversations_event (tenant_id, seq, type, conversation_id, assigned_to_id, data, for_visitor, at)
    SELECT %(tenant)s, counter.seq - %(count)s + e.ord, e.told ->> 'type', (e.told ->> 'conversation')::uuid,
           (e.told ->> 'assigned')::uuid, e.told -> 'data', e.told -> 'for_visitor', clock_timestamp()
    FROM counter, jsonb_array_elements(%(events)s::jsonb) WITH ORDINALITY AS e (told, ord)
    RETURNING seq, at
"""
_ROW = (
    "id, tenant_id, conversation_id, author, author_name, body, state, client_id, reply_to_id, sources, metadata,"
    " created_at"
)
_APPEND = Statement(f"WITH {_EVENTS}")
_SAY = Statement(f"""
    WITH said AS (
        INSERT INTO conversations_message ({_ROW})
        SELECT {_ROW} FROM jsonb_populate_recordset(NULL::conversations_message, %(messages)s::jsonb)
    ), {_EVENTS}
""")  # noqa: S608  (column names of ours)


UPDATED = "conversation:updated"


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that has no number yet. `for_visitor` is what the visitor's stream is told beside it.

    `message` is one that is stored by the statement that logs it: a turn says two, and each statement costs.
    """

    type: str
    conversation_id: uuid.UUID
    assigned_to_id: uuid.UUID | None
    data: dict[str, Any]
    for_visitor: tuple[dict[str, Any], ...] = ()
    message: Message | None = None


def conversation_event(type_: str, conversation: Conversation) -> Draft:
    """`conversation:new`, `conversation:updated` …: the conversation as it is now."""
    return Draft(type_, conversation.pk, conversation.assigned_to_id, conversation_payload(conversation))


def for_visitor(conversation: Conversation, event: str, data: dict[str, Any]) -> Draft:
    """An event of the visitor's stream, beside `conversation:updated` for the team."""
    return replace(conversation_event(UPDATED, conversation), for_visitor=({"event": event, "data": data},))


def with_announced(own: Draft, announced: Sequence[Draft]) -> list[Draft]:
    """The sender's own event about the conversation, bearing what receivers have for the visitor; then their others."""
    riding = tuple(told for draft in announced if draft.type == UPDATED for told in draft.for_visitor)
    return [replace(own, for_visitor=riding), *(draft for draft in announced if draft.type != UPDATED)]


def message_event(conversation: Conversation, message: Message, type_: str = "message:new") -> Draft:
    """`message:new` …: the message as it is now."""
    return Draft(type_, conversation.pk, conversation.assigned_to_id, message_payload(message))


def said_event(conversation: Conversation, message: Message) -> Draft:
    """`message:new` of a message that is not stored yet, and will be with it."""
    return replace(message_event(conversation, message), message=message)


def tracking_of(drafts: Sequence[Draft]) -> tuple[dict[str, Any], ...]:
    """What the visitor's page is told of these events."""
    return tuple(told["data"] for draft in drafts for told in draft.for_visitor if told["event"] == "tracking")


def append(tenant_id: uuid.UUID, drafts: Sequence[Draft]) -> None:
    """Number the events and store them; after the commit, tell. Must be the last statement of its transaction."""
    texts = [orjson.dumps(draft.data).decode() for draft in drafts]
    events = orjson.dumps([_stored(draft, text) for draft, text in zip(drafts, texts, strict=True)]).decode()
    values = {"tenant": tenant_id, "count": len(drafts), "events": events}
    if said := [_said(draft.message) for draft in drafts if draft.message]:
        numbered = sorted(_SAY.all(values | {"messages": orjson.dumps(said).decode()}))
    else:
        numbered = sorted(_APPEND.all(values))
    frames = [_frame(seq, at, draft, text) for (seq, at), draft, text in zip(numbered, drafts, texts, strict=True)]
    transaction.on_commit(partial(realtime.tell, tenant_id, frames))


def _stored(draft: Draft, data: str) -> dict[str, Any]:
    """An event as `_APPEND` takes it; what is missing is NULL in its row."""
    stored = {
        "type": draft.type,
        "conversation": draft.conversation_id,
        "assigned": draft.assigned_to_id,
        "data": orjson.Fragment(data),
    }
    return stored | {"for_visitor": draft.for_visitor} if draft.for_visitor else stored


def _said(message: Message) -> dict[str, Any]:
    """A message's row."""
    return {
        "id": message.pk,
        "tenant_id": message.tenant_id,
        "conversation_id": message.conversation_id,
        "author": message.author,
        "author_name": message.author_name,
        "body": message.body,
        "state": message.state,
        "client_id": message.client_id,
        "reply_to_id": message.reply_to_id,
        "sources": message.sources,
        "metadata": message.metadata,
        "created_at": message.created_at,
    }


def _frame(seq: int, at: datetime, event: Draft | Event, data: str) -> Frame:
    text = f'{{"type":"{event.type}","seq":{seq},"at":"{iso(at)}","data":{data}}}'
    conversation, assigned = str(event.conversation_id or ""), str(event.assigned_to_id or "")
    return Frame(seq, event.type, conversation, assigned, text, _beside(event))


def _beside(event: Draft | Event) -> str:
    return orjson.dumps(event.for_visitor).decode() if event.for_visitor else ""


def read(tenant_id: uuid.UUID, after: int, limit: int, conversation_id: uuid.UUID | None = None) -> list[Frame]:
    """The events after this number, of all or one conversation, in order, at most `limit`."""
    events = Event.objects.for_tenant(tenant_id).filter(seq__gt=after)
    if conversation_id:
        events = events.filter(conversation_id=conversation_id)
    with wall.around(tenant_id):  # sockets and streams that it is read for have no request around them
        return [_frame(e.seq, e.at, e, orjson.dumps(e.data).decode()) for e in events.order_by("seq")[:limit]]


def heads(tenant_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The last number of each of these tenants' logs."""
    found = dict(EventCounter.objects.filter(tenant__in=tenant_ids).values_list("tenant_id", "seq"))
    return {tenant_id: found.get(tenant_id, 0) for tenant_id in tenant_ids}


def reaches_back_to(tenant_id: uuid.UUID, since: int, head: int) -> bool:
    """Whether every event after `since` is still there."""
    if since > head:
        return False  # the client knows a future that this log doesn't have
    with wall.around(tenant_id):
        return since == head or Event.objects.for_tenant(tenant_id).filter(seq=since + 1).exists()
