"""The rows that a turn reads and writes, by hand: this is the hottest path of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from conversations.models import Conversation, Message
from tenants.statements import Columns, Statement

PREVIEW_CHARS = 140
COLUMNS = Columns(Conversation, "conversations_conversation")


def one_conversation(statement: Statement, values: Mapping[str, Any]) -> Conversation | None:
    """The conversation that a statement ending in `RETURNING {COLUMNS.sql}` changed, if it changed one."""
    row = statement.one(values)
    return COLUMNS.read(row) if row else None


_STORE = Statement("""
    INSERT INTO conversations_message
        (id, tenant_id, conversation_id, author, author_name, body, state, client_id, reply_to_id, sources, metadata,
         created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
""")


def store(message: Message) -> Message:
    """Insert a message; by hand, for this happens twice a turn."""
    values: list[Any] = [
        message.pk,
        message.tenant_id,
        message.conversation_id,
        message.author,
        message.author_name,
        message.body,
        message.state,
        message.client_id,
        message.reply_to_id,
        Jsonb(message.sources),
        Jsonb(message.metadata),
        message.created_at,
    ]
    _STORE.run(values)
    return message
