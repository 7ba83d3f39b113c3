"""The rows that a turn reads and writes, by hand: this is the hottest path of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations.models import Conversation
from tenants.statements import Columns, Statement

PREVIEW_CHARS = 140
COLUMNS = Columns(Conversation, "conversations_conversation")


def one_conversation(statement: Statement, values: Mapping[str, Any]) -> Conversation | None:
    """The conversation that a statement ending in `RETURNING {COLUMNS.sql}` changed, if it changed one."""
    row = statement.one(values)
    return COLUMNS.read(row) if row else None
