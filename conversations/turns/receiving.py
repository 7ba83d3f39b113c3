"""A visitor's message, taken in by one transaction: claimed, stored, told.

The claim is on the visitor's message id, so that a retry finds the first try: answered, being answered, or lost with
the process that had it.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations import contacts, log
from conversations.models import Conversation, Message, Turn
from conversations.said import Received, Said, Settled
from conversations.signals import announce, contact_captured, conversation_started
from conversations.turns.leases import LEASE, MessageInProgress
from conversations.turns.rows import COLUMNS, PREVIEW_CHARS, one_conversation
from tenants import usage
from tenants.ownership import new_id
from tenants.statements import Statement


class ConversationNotFound(Exception):
    """No such conversation in this session."""


@transaction.atomic
def receive(said: Said) -> Received | Settled:
    """Store a visitor's message and claim its turn; for a message seen before, its answer or its lapsed turn.

    Raises MessageInProgress, ConversationNotFound and usage.UsageLimitReached; then nothing is stored.
    """
    message_id, claim = new_id(), uuid.uuid4()
    if not _claim_new(said, message_id, claim):
        return _resume(said, claim)
    conversation, is_new, is_known_better = _join(said)
    message = Message(
        id=message_id,
        tenant=said.tenant,
        conversation=conversation,
        author=Message.Author.VISITOR,
        author_name=conversation.contact.name if conversation.contact else "",
        body=said.text,
        client_id=said.client_id,
        created_at=conversation.last_message_at,
    )
    more = announce(conversation_started, conversation=conversation) if is_new else []
    more += announce(contact_captured, conversation=conversation) if is_known_better else []
    changed = log.conversation_event("conversation:new" if is_new else "conversation:updated", conversation)
    changed, *more = log.with_announced(changed, more)
    events = [changed, log.said_event(conversation, message), *more]
    log.append(said.tenant.pk, events)
    return _received(said, conversation, message_id, claim, log.tracking_of(events))


_CLAIM = Statement("""
    INSERT INTO conversations_turn (message_id, tenant_id, session, client_id, state, claim, lease_expires_at)
    VALUES (%s, %s, %s, %s, 'answering', %s, %s) ON CONFLICT (tenant_id, session, client_id) DO NOTHING
""")


def _claim_new(said: Said, message_id: uuid.UUID, claim: uuid.UUID) -> bool:
    values: list[Any] = [message_id, said.tenant.pk, said.session, said.client_id, claim, timezone.now() + LEASE]
    return _CLAIM.run(values) == 1


def _resume(said: Said, claim: uuid.UUID) -> Received | Settled:
    """A message seen before: its answer, or its turn where the process that had it is gone."""
    turn = Turn.objects.for_tenant(said.tenant).select_for_update(of=("self",)).select_related("message__conversation")
    found = turn.get(session=said.session, client_id=said.client_id)
    if found.answer is not None:
        return Settled(**found.answer)
    if found.state == Turn.State.ANSWERING and found.lease_expires_at > timezone.now():
        raise MessageInProgress
    found.state, found.claim, found.lease_expires_at = Turn.State.ANSWERING, claim, timezone.now() + LEASE
    found.save(update_fields=["state", "claim", "lease_expires_at"])
    said = replace(said, text=found.message.body)
    return _received(said, found.message.conversation, found.message_id, claim)


def _received(
    said: Said,
    conversation: Conversation,
    message_id: uuid.UUID,
    claim: uuid.UUID,
    tracking: tuple[dict[str, Any], ...] = (),
) -> Received:
    return Received(
        tenant=said.tenant,
        session=said.session,
        conversation_id=conversation.pk,
        message_id=message_id,
        client_id=said.client_id,
        claim=claim,
        epoch=conversation.epoch,
        ai_paused=conversation.ai_paused or not conversation.is_open,
        assistant_id=conversation.assistant_id,
        text=said.text,
        channel=conversation.channel,
        handed_over_by=tuple(conversation.handed_over_by),
        tracking=tracking,
    )


# The moment as in `conversations.moments`: while the row is locked, after all that was said before.
_JOIN = Statement(f"""
    UPDATE conversations_conversation SET
        last_message_at = GREATEST(clock_timestamp(), last_message_at + interval '1 microsecond'),
        unread = unread + 1, preview = %(preview)s, preview_author = 'visitor',
        page_url = CASE WHEN %(page_url)s = '' THEN page_url ELSE %(page_url)s END,
        page_title = CASE WHEN %(page_url)s = '' THEN page_title ELSE %(page_title)s END
    WHERE tenant_id = %(tenant)s AND session = %(session)s AND status = 'open'
    RETURNING {COLUMNS.sql}
""")  # noqa: S608  (column names of ours)
_BEGIN = Statement(f"""
    INSERT INTO conversations_conversation
        (id, tenant_id, contact_id, channel, session, status, epoch, ai_paused, qualified, attention, unread,
         preview, preview_author, started_at, last_message_at, page_url, page_title, handed_over_by)
    VALUES (%(id)s, %(tenant)s, NULL, 'widget', %(session)s, 'open', 0, false, false, '', 1,
            %(preview)s, 'visitor', clock_timestamp(), clock_timestamp(), %(page_url)s, %(page_title)s, '{{}}')
    ON CONFLICT (tenant_id, session) WHERE status = 'open' DO NOTHING
    RETURNING {COLUMNS.sql}
""")  # noqa: S608  (column names of ours)


def _join(said: Said) -> tuple[Conversation, bool, bool]:
    """The session's open conversation with this message counted in, or a new one, which counts as used.

    Is it new, and is the visitor known better than before?
    """
    values = {
        "id": new_id(),
        "tenant": said.tenant.pk,
        "session": said.session,
        "preview": said.text[:PREVIEW_CHARS],
        "page_url": said.page.url,
        "page_title": said.page.title,
    }
    if said.conversation_id:
        _must_be_theirs(said, said.conversation_id)
    conversation, is_new = one_conversation(_JOIN, values), False
    if conversation is None:
        conversation = one_conversation(_BEGIN, values)
        is_new = conversation is not None
        if is_new:
            usage.count_conversation(said.tenant)
        else:  # another message of the same session was faster by a moment
            conversation = one_conversation(_JOIN, values)
    assert conversation is not None
    return conversation, is_new, contacts.attach(said.tenant, conversation, said.contact)


def _must_be_theirs(said: Said, conversation_id: uuid.UUID) -> None:
    theirs = Conversation.objects.for_tenant(said.tenant).filter(pk=conversation_id, session=said.session)
    if not theirs.exists():
        raise ConversationNotFound
