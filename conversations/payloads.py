"""Conversations and messages as the dashboard API and its socket show them: one shape for both (contract §4, §5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conversations.models import Conversation, Message


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with `Z`, to the millisecond."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def conversation_payload(conversation: Conversation) -> dict[str, Any]:
    """One row of the inbox; needs `contact` loaded."""
    contact = conversation.contact
    return {
        "id": str(conversation.pk),
        "channel": conversation.channel,
        "status": conversation.status,
        "contact_data": {
            "name": contact.name if contact else "",
            "email": contact.email if contact else "",
            "phone": contact.phone if contact else "",
            "company": contact.company if contact else "",
        },
        "started_at": iso(conversation.started_at),
        "last_message_at": iso(conversation.last_message_at),
        "qualified": conversation.qualified,
        "assigned_to": str(conversation.assigned_to_id) if conversation.assigned_to_id else None,
        "needs_attention": conversation.needs_attention,
        "unread": conversation.unread,
        "ai_paused": conversation.ai_paused,
    }


def message_payload(message: Message) -> dict[str, Any]:
    """One line of a transcript."""
    return {
        "id": str(message.pk),
        "conversation_id": str(message.conversation_id),
        "author": message.author,
        "author_name": message.author_name,
        "message": message.body,
        "state": message.state,
        "created_at": iso(message.created_at),
        "metadata": message.metadata | ({"sources": message.sources} if message.sources else {}),
    }
