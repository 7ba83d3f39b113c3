"""Replies that were held for a person: let go to the visitor, or thrown away. Both are that person's explicit act."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from conversations import log
from conversations.models import Conversation, Message
from conversations.moments import NEXT_MOMENT
from conversations.services import ConversationClosed
from conversations.turns import PREVIEW_CHARS
from tenants.models import Place


class NotHeld(Exception):
    """Somebody has decided about this reply already."""


@transaction.atomic
def release(*, message: Message, by: Place, text: str) -> Message:
    """Send a held reply to the visitor, as it was or in other words. Raises NotHeld and ConversationClosed.

    The assistant isn't silenced, and a person who has spoken since doesn't stop it: whoever releases it means it.
    """
    conversation = _conversation(message)
    if not conversation.is_open:
        raise ConversationClosed
    sent_at = _now(conversation, preview=text[:PREVIEW_CHARS], preview_author=Message.Author.ASSISTANT)
    note = {"released_by": by.name, "edited": text != message.body}
    values = {"state": Message.State.SENT, "body": text, "created_at": sent_at, "metadata": message.metadata | note}
    return _decide(conversation, message, "message:new", **values)


@transaction.atomic
def discard(*, message: Message, by: Place) -> Message:
    """Let a held reply never reach the visitor. Raises NotHeld."""
    conversation = _conversation(message)
    note = {"discarded_by": by.name}
    values = {"state": Message.State.DISCARDED, "metadata": message.metadata | note}
    return _decide(conversation, message, "message:held", **values)


@transaction.atomic
def tell_waiting(tenant_id: uuid.UUID, conversation_id: uuid.UUID, text: str) -> bool:
    """Say to a visitor whose reply is held that it takes longer; not where a person has taken over, or it is over.

    It is the system's line, not an assistant's answer, and comes by the visitor's stream.
    """
    rows = Conversation.objects.for_tenant(tenant_id).open().filter(pk=conversation_id, ai_paused=False)
    if not rows.update(last_message_at=NEXT_MOMENT):
        return False
    conversation = Conversation.objects.for_tenant(tenant_id).for_inbox().get(pk=conversation_id)
    message = Message.objects.create(
        tenant_id=tenant_id,
        conversation=conversation,
        author=Message.Author.SYSTEM,
        body=text,
        created_at=conversation.last_message_at,
    )
    updated = log.conversation_event("conversation:updated", conversation)
    log.append(tenant_id, [updated, log.message_event(conversation, message)])
    return True


def _conversation(message: Message) -> Conversation:
    """The conversation, locked: whoever else acts on it waits, and it is locked before its messages everywhere."""
    rows = Conversation.objects.for_tenant(message.tenant_id).select_for_update(no_key=True)
    return rows.get(pk=message.conversation_id)


def _now(conversation: Conversation, **values: str) -> object:
    rows = Conversation.objects.for_tenant(conversation.tenant_id).filter(pk=conversation.pk)
    rows.update(last_message_at=NEXT_MOMENT, **values)
    return rows.values_list("last_message_at", flat=True).get()


def _decide(conversation: Conversation, message: Message, type_: str, **values: object) -> Message:
    rows = Message.objects.for_tenant(message.tenant_id)
    if not rows.filter(pk=message.pk, state=Message.State.HELD).update(**values):
        raise NotHeld
    _calm(conversation)
    decided = rows.get(pk=message.pk)
    changed = Conversation.objects.for_tenant(message.tenant_id).select_related("contact").get(pk=conversation.pk)
    events = [log.conversation_event("conversation:updated", changed), log.message_event(changed, decided, type_)]
    log.append(message.tenant_id, events)
    return decided


def _calm(conversation: Conversation) -> None:
    """Where nothing else is held, nobody needs to look any more."""
    held = Message.objects.for_tenant(conversation.tenant_id).filter(
        conversation=conversation, state=Message.State.HELD
    )
    flagged = Conversation.objects.for_tenant(conversation.tenant_id).filter(
        pk=conversation.pk, attention=Conversation.Attention.REPLY_HELD
    )
    if held.exists():
        flagged.update(attention_at=timezone.now())
    else:
        flagged.update(attention=Conversation.Attention.NONE, attention_at=None)
