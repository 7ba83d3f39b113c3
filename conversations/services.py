"""What people do to a conversation. Each act raises the epoch, so that no assistant's answer lands after it (B5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, UUIDField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from conversations import log
from conversations.models import Conversation, Message
from conversations.moments import NEXT_MOMENT
from conversations.signals import announce, conversation_closed
from conversations.turns import PREVIEW_CHARS
from tenants.models import Membership, Place, User


class ConversationClosed(Exception):
    """A closed conversation takes no replies; it can be opened again."""


class AnotherIsOpen(Exception):
    """The visitor has begun a new conversation since; this one can't be opened again beside it."""


class NotAMember(Exception):
    """The person is not of this tenant."""


@transaction.atomic
def post_reply(*, conversation: Conversation, by: Place, text: str, client_id: str = "") -> Message:
    """Say something to the visitor for the team; the assistant is silent from now on.

    Where nobody has the conversation yet, the person who answers has it now; a program never does. A retry with the
    same `client_id` returns the first message. Raises ConversationClosed.
    """
    client_id = _own_id(by, client_id)
    if seen := _said_before(conversation, client_id):
        return seen
    acted = _act(
        conversation,
        ai_paused=True,
        unread=0,
        attention=Conversation.Attention.NONE,
        attention_at=None,
        last_message_at=NEXT_MOMENT,
        preview=text[:PREVIEW_CHARS],
        preview_author=Message.Author.AGENT,
    )
    if seen := _said_before(acted, client_id):  # by the same click's twin, a moment ago
        transaction.set_rollback(True)
        return seen
    if acted.assigned_to_id is None and by.person_id is not None:
        acted.assigned_to = by.person
        acted.save(update_fields=["assigned_to"])
    message = Message.objects.create(
        tenant=acted.tenant,
        conversation=acted,
        author=Message.Author.AGENT,
        author_user=by.person,
        author_name=by.name,
        metadata={} if by.person_id else {"api_token_id": str(by.pk)},
        body=text,
        client_id=client_id,
        created_at=acted.last_message_at,
    )
    log.append(
        acted.tenant_id, [log.conversation_event("conversation:updated", acted), log.message_event(acted, message)]
    )
    return message


def _own_id(by: Place, client_id: str) -> str:
    """The id a reply is kept under: no visitor can write one with a colon, and no colleague has the same."""
    return f"reply:{uuid.uuid5(by.person_id or by.pk, client_id)}" if client_id else ""


def _said_before(conversation: Conversation, client_id: str) -> Message | None:
    said = Message.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation, client_id=client_id)
    return said.first() if client_id else None


def give_back(*, conversation: Conversation) -> Conversation:
    """Let the assistant answer again."""
    return _change(conversation, ai_paused=False)


def pause_assistant(*, conversation: Conversation) -> Conversation:
    """Take over without a word: the assistant is silent until it is given the conversation back."""
    return _change(conversation, ai_paused=True)


def take_over(*, conversation: Conversation, by: Membership) -> Conversation:
    """Take over without a word; where nobody had the conversation, who takes over has it now."""
    theirs = Coalesce(F("assigned_to"), Value(by.user_id, output_field=UUIDField()))
    return _change(conversation, ai_paused=True, assigned_to=theirs)


def assign(*, conversation: Conversation, to: User | None) -> Conversation:
    """Give the conversation to a member of the tenant, or to nobody. Raises NotAMember."""
    if to and not Membership.objects.for_tenant(conversation.tenant_id).filter(user=to).exists():
        raise NotAMember
    return _change(conversation, assigned_to=to)


@transaction.atomic
def close_conversation(*, conversation: Conversation, by: Place | None) -> Conversation:
    """Close an open conversation; the visitor's next message begins a new one. Raises ConversationClosed."""
    closed = _act(
        conversation,
        status=Conversation.Status.CLOSED,
        closed_at=timezone.now(),
        last_message_at=NEXT_MOMENT,
        unread=0,
        attention=Conversation.Attention.NONE,
        attention_at=None,
    )
    who = by.name if by else "autochat"
    message = _system_message(closed, f"{who} closed the conversation.")
    reached = announce(conversation_closed, conversation=closed, by=by)
    events = log.with_announced(log.conversation_event("conversation:updated", closed), reached)
    log.append(closed.tenant_id, [log.message_event(closed, message), *events])
    return closed


@transaction.atomic
def reopen_conversation(*, conversation: Conversation, by: Place) -> Conversation:
    """Open a closed conversation again, in people's hands. Raises AnotherIsOpen."""
    try:
        with transaction.atomic():
            reopened = _update(
                conversation,
                only={"status": Conversation.Status.CLOSED},
                status=Conversation.Status.OPEN,
                closed_at=None,
                last_message_at=NEXT_MOMENT,
                ai_paused=True,
            )
    except IntegrityError:
        raise AnotherIsOpen from None
    if reopened is None:
        return Conversation.objects.for_inbox().get(pk=conversation.pk)
    message = _system_message(reopened, f"{by.name} opened the conversation again.")
    log.append(
        reopened.tenant_id,
        [log.conversation_event("conversation:updated", reopened), log.message_event(reopened, message)],
    )
    return reopened


def mark_read(*, conversation: Conversation) -> None:
    """Somebody of the team has seen the visitor's messages."""
    with transaction.atomic():
        if seen := _update(conversation, only={"unread__gt": 0}, unread=0):
            log.append(seen.tenant_id, [log.conversation_event("conversation:updated", seen)])


def _system_message(conversation: Conversation, text: str) -> Message:
    return Message.objects.create(
        tenant=conversation.tenant,
        conversation=conversation,
        author=Message.Author.SYSTEM,
        body=text,
        created_at=conversation.last_message_at,
    )


@transaction.atomic
def _change(conversation: Conversation, **values: Any) -> Conversation:
    changed = _act(conversation, **values)
    log.append(changed.tenant_id, [log.conversation_event("conversation:updated", changed)])
    return changed


def _act(conversation: Conversation, **values: Any) -> Conversation:
    """A person's act on an open conversation: one conditional UPDATE, so two people can't both win."""
    acted = _update(conversation, only={"status": Conversation.Status.OPEN}, epoch=F("epoch") + 1, **values)
    if acted is None:
        raise ConversationClosed
    return acted


def _update(conversation: Conversation, *, only: dict[str, Any], **values: Any) -> Conversation | None:
    """Change the row if it is still as `only` says, and read it back; None when it isn't."""
    rows = Conversation.objects.for_tenant(conversation.tenant_id).filter(pk=conversation.pk)
    if not rows.filter(**only).update(**values):
        return None
    return rows.select_related("tenant", "contact", "assigned_to").get()


def find_member(tenant_id: uuid.UUID, user_id: uuid.UUID) -> User:
    """The tenant's member with this id. Raises NotAMember."""
    membership = Membership.objects.for_tenant(tenant_id).select_related("user").filter(user=user_id).first()
    if membership is None:
        raise NotAMember
    return membership.user
