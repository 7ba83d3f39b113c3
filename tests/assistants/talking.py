"""A visitor's turn in this process: taken in, answered, settled."""

from __future__ import annotations

import uuid

from asgiref.sync import async_to_sync

from assistants import services
from conversations import turns
from conversations.models import Conversation, Message
from conversations.said import Received, Reply, Said, Settled
from tenants.models import Tenant


def hear(tenant: Tenant, text: str, *, session: str = "s") -> Received:
    """Take a message in."""
    received = turns.receive(Said(tenant=tenant, session=session, text=text, client_id=uuid.uuid4().hex))
    assert isinstance(received, Received)
    return received


def reply_to(received: Received, *, requested: uuid.UUID | None = None) -> Reply:
    """What comes of it, not stored yet."""
    return async_to_sync(services.answer)(received, requested=requested)


def say(tenant: Tenant, text: str, *, session: str = "s", requested: uuid.UUID | None = None) -> Settled:
    """A whole turn."""
    received = hear(tenant, text, session=session)
    return turns.settle(received, reply_to(received, requested=requested))


def conversation_of(tenant: Tenant, session: str = "s") -> Conversation:
    """The session's latest conversation."""
    return Conversation.objects.for_tenant(tenant).filter(session=session).latest("started_at")


def lines_of(conversation: Conversation) -> list[tuple[str, str]]:
    """Who said what, as the visitor sees it."""
    messages = Message.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation).for_visitor()
    return [(message.author_name or message.author, message.body) for message in messages.in_order()]
