"""A visitor's turn: taken in, in one transaction, and settled in another; the thinking in between holds nothing.

`receive` claims the visitor's message id, so that a retry finds the first try: answered, being answered, or lost with
the process that had it. `settle` lets an answer land only in the epoch in which it was asked for: a person who has
spoken in between has the last word.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from conversations import contacts, log
from conversations.models import Contact, Conversation, Message, Turn
from conversations.said import Received, Reply, Said, Settled
from conversations.signals import reply_judged
from tenants import usage
from tenants.ownership import new_id

LEASE = timedelta(seconds=10)  # renewed while the process lives; so long waits the retry of one that was killed
PREVIEW_CHARS = 140
MOMENT = timedelta(microseconds=1)


class MessageInProgress(Exception):
    """The same message is being answered right now."""

    retry_after = 1  # seconds


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
    conversation, is_new = _join(said)
    message = _store(
        Message(
            id=message_id,
            tenant=said.tenant,
            conversation=conversation,
            author=Message.Author.VISITOR,
            author_name=conversation.contact.name if conversation.contact else "",
            body=said.text,
            client_id=said.client_id,
            created_at=conversation.last_message_at,
        )
    )
    changed = log.conversation_event("conversation:new" if is_new else "conversation:updated", conversation)
    log.append(said.tenant.pk, [changed, log.message_event(conversation, message)])
    return _received(said, conversation, message_id, claim)


_CLAIM = """
    INSERT INTO conversations_turn (message_id, tenant_id, session, client_id, state, claim, lease_expires_at)
    VALUES (%s, %s, %s, %s, 'answering', %s, %s) ON CONFLICT (tenant_id, session, client_id) DO NOTHING
"""


def _claim_new(said: Said, message_id: uuid.UUID, claim: uuid.UUID) -> bool:
    values: list[Any] = [message_id, said.tenant.pk, said.session, said.client_id, claim, timezone.now() + LEASE]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        return bool(cursor.rowcount == 1)


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


def _received(said: Said, conversation: Conversation, message_id: uuid.UUID, claim: uuid.UUID) -> Received:
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
    )


_STORE = """
    INSERT INTO conversations_message
        (id, tenant_id, conversation_id, author, author_name, body, state, client_id, reply_to_id, sources, metadata,
         created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def _store(message: Message) -> Message:
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
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
    return message


# The moment as in `conversations.moments`: while the row is locked, after all that was said before.
_JOIN = """
    UPDATE conversations_conversation SET
        last_message_at = GREATEST(clock_timestamp(), last_message_at + interval '1 microsecond'),
        unread = unread + 1, preview = %(preview)s, preview_author = 'visitor',
        page_url = CASE WHEN %(page_url)s = '' THEN page_url ELSE %(page_url)s END,
        page_title = CASE WHEN %(page_url)s = '' THEN page_title ELSE %(page_title)s END
    WHERE tenant_id = %(tenant)s AND session = %(session)s AND status = 'open'
    RETURNING *
"""
_BEGIN = """
    INSERT INTO conversations_conversation
        (id, tenant_id, contact_id, channel, session, status, epoch, ai_paused, qualified, attention, unread,
         preview, preview_author, started_at, last_message_at, page_url, page_title, handed_over_by)
    VALUES (%(id)s, %(tenant)s, NULL, 'widget', %(session)s, 'open', 0, false, false, '', 1,
            %(preview)s, 'visitor', clock_timestamp(), clock_timestamp(), %(page_url)s, %(page_title)s, '{}')
    ON CONFLICT (tenant_id, session) WHERE status = 'open' DO NOTHING
    RETURNING *
"""


def _join(said: Said) -> tuple[Conversation, bool]:
    """The session's open conversation with this message counted in, or a new one, which counts as used."""
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
    rows = list(Conversation.objects.raw(_JOIN, values))
    is_new = False
    if not rows:
        rows = list(Conversation.objects.raw(_BEGIN, values))
        is_new = bool(rows)
        if is_new:
            usage.count_conversation(said.tenant)
        else:  # another message of the same session was faster by a moment
            rows = list(Conversation.objects.raw(_JOIN, values))
    conversation = rows[0]
    _attach_contact(said, conversation)
    return conversation, is_new


_LINES = """
    SELECT author, body FROM conversations_message
    WHERE tenant_id = %s AND conversation_id = %s AND state = 'sent' AND author <> 'system'
    ORDER BY created_at DESC, id DESC LIMIT %s
"""


def last_lines(received: Received, limit: int) -> list[tuple[str, str]]:
    """Author and text of the conversation's last messages, oldest first: what an answer goes by."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [received.tenant.pk, received.conversation_id, limit])
        return list(reversed(cursor.fetchall()))


def _must_be_theirs(said: Said, conversation_id: uuid.UUID) -> None:
    theirs = Conversation.objects.for_tenant(said.tenant).filter(pk=conversation_id, session=said.session)
    if not theirs.exists():
        raise ConversationNotFound


def _attach_contact(said: Said, conversation: Conversation) -> None:
    contact: Contact | None = contacts.attached(said.tenant, conversation.contact_id, said.contact)
    conversation.tenant = said.tenant
    if contact is None or contact.pk == conversation.contact_id:
        conversation.contact = contact
        return
    conversation.contact = contact
    conversation.save(update_fields=["contact"])


def renew(claims: list[uuid.UUID]) -> None:
    """Hold on to the turns that this process is still answering."""
    answering = Turn.objects.filter(claim__in=claims, state=Turn.State.ANSWERING)
    answering.update(lease_expires_at=timezone.now() + LEASE)


# What was withheld and a line of the system stand between what was said before and the reply: hence three moments.
_LAND = """
    UPDATE conversations_conversation SET
        last_message_at = GREATEST(clock_timestamp(), last_message_at + interval '3 microseconds'),
        preview = CASE WHEN %(speaks)s THEN %(preview)s ELSE preview END,
        preview_author = CASE WHEN %(speaks)s THEN 'assistant' ELSE preview_author END,
        assistant_id = COALESCE(%(assistant)s, assistant_id),
        ai_paused = %(to_people)s, handed_over_by = handed_over_by || %(handed_over_by)s::uuid[],
        attention = CASE WHEN %(attention)s = '' THEN attention ELSE %(attention)s END,
        attention_at = CASE WHEN %(attention)s = '' THEN attention_at ELSE clock_timestamp() END
    WHERE id = %(id)s AND tenant_id = %(tenant)s AND epoch = %(epoch)s AND status = 'open' AND NOT ai_paused
    RETURNING *
"""


_SETTLE = """
    UPDATE conversations_turn SET state = 'settled', answer = %s
    WHERE message_id = %s AND claim = %s AND state = 'answering'
"""


@transaction.atomic
def settle(received: Received, reply: Reply) -> Settled:
    """Let the reply land, if nobody has spoken since, and keep the answer for retries.

    Raises MessageInProgress when another process has taken the turn over; then nothing is stored.
    """
    events: list[log.Draft] = []
    if reply.text is not None or reply.line or reply.to_people or reply.withheld:
        landed = _land(received, reply)
        if landed:
            events = _post(received, reply, landed)
        else:
            reply = Reply(
                status="human",
                reason="human_takeover",
                assistant_id=reply.assistant_id,
                set_off_by_visitor=reply.set_off_by_visitor,
            )
            _judged(received, reply, None)
    elif reply.attention and (conversation := flag(received.tenant.pk, received.conversation_id, reply.attention)):
        events = [log.conversation_event("conversation:updated", conversation)]
    settled = Settled(
        conversation_id=str(received.conversation_id),
        client_id=received.client_id,
        text=reply.text,
        status=reply.status,
        metadata=_metadata(reply),
    )
    values: list[Any] = [Jsonb(asdict(settled)), received.message_id, received.claim]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, values)
        if not cursor.rowcount:
            raise MessageInProgress
    if events:
        log.append(received.tenant.pk, events)
    return settled


def _land(received: Received, reply: Reply) -> Conversation | None:
    values = {
        "id": received.conversation_id,
        "tenant": received.tenant.pk,
        "epoch": received.epoch,
        "speaks": reply.text is not None,
        "preview": (reply.text or "")[:PREVIEW_CHARS],
        "assistant": reply.assistant_id,
        "attention": reply.attention,
        "to_people": reply.to_people,
        "handed_over_by": [reply.handed_over_by] if reply.handed_over_by else [],
    }
    return next(iter(Conversation.objects.raw(_LAND, values)), None)


def _post(received: Received, reply: Reply, conversation: Conversation) -> list[log.Draft]:
    """What is withheld, the line about a hand-over and the reply, as far as there are any."""
    spoken = []
    withheld = _withhold(received, reply, conversation) if reply.withheld else None
    _judged(received, reply, withheld)
    if reply.line:
        moment = conversation.last_message_at - MOMENT
        spoken.append(_spoken(received, conversation, author=Message.Author.SYSTEM, body=reply.line, created_at=moment))
    if reply.text is not None:
        said = _spoken(
            received,
            conversation,
            author=Message.Author.ASSISTANT,
            author_name=reply.author_name,
            body=reply.text,
            reply_to_id=received.message_id,
            sources=list(reply.sources),
            metadata=_metadata(reply),
            created_at=conversation.last_message_at,
        )
        spoken.append(said)
    events = [log.conversation_event("conversation:updated", conversation)]
    if withheld:
        held = withheld.state == Message.State.HELD
        events.append(log.message_event(conversation, withheld, "message:held" if held else "message:new"))
    return events + [log.message_event(conversation, message) for message in spoken]


def _withhold(received: Received, reply: Reply, conversation: Conversation) -> Message:
    """Keep what the visitor doesn't see, with what it set off."""
    assert reply.withheld
    return _spoken(
        received,
        conversation,
        author=Message.Author.ASSISTANT,
        author_name=reply.author_name,
        body=reply.withheld.text,
        state=reply.withheld.state,
        reply_to_id=received.message_id,
        sources=list(reply.sources),
        metadata=_metadata(reply) | {"safety": list(reply.set_off_by_reply)},
        created_at=conversation.last_message_at - 2 * MOMENT,
    )


def _judged(received: Received, reply: Reply, withheld: Message | None) -> None:
    """Write down what the safety rules found, for the team's eyes."""
    if reply.set_off_by_visitor:
        asked = Message.objects.for_tenant(received.tenant).filter(pk=received.message_id)
        asked.update(metadata={"safety": list(reply.set_off_by_visitor)})
    if withheld or reply.set_off_by_visitor:
        reply_judged.send(sender=Turn, received=received, reply=reply, withheld=withheld)


def _spoken(received: Received, conversation: Conversation, **fields: Any) -> Message:
    return _store(Message(tenant=received.tenant, conversation=conversation, **fields))


def _metadata(reply: Reply) -> dict[str, Any]:
    """What is kept with the message and shown to the team."""
    assistant_id = str(reply.assistant_id) if reply.assistant_id else None
    metadata: dict[str, Any] = {"model": reply.model, "tokens": reply.tokens, "assistant_id": assistant_id}
    if reply.cost_micros:
        metadata["cost_usd"] = reply.cost_micros / 1_000_000
    return metadata | ({"reason": reply.reason} if reply.reason else {})


@transaction.atomic
def give_up(received: Received, attention: str) -> bool:
    """Nobody could answer and the visitor was told so: a retry may try again, and the team sees it.

    True when the team hears of it for the first time in this conversation.
    """
    Turn.objects.filter(pk=received.message_id, claim=received.claim, state=Turn.State.ANSWERING).update(
        state=Turn.State.LOST
    )
    conversation = flag(received.tenant.pk, received.conversation_id, attention)
    if conversation:
        log.append(received.tenant.pk, [log.conversation_event("conversation:updated", conversation)])
    return conversation is not None


def flag(tenant_id: uuid.UUID, conversation_id: uuid.UUID, attention: str) -> Conversation | None:
    """Mark an open conversation for the team's attention; None when it is marked so already or closed."""
    waiting = Conversation.objects.for_tenant(tenant_id).open().filter(pk=conversation_id).exclude(attention=attention)
    if not waiting.update(attention=attention, attention_at=timezone.now()):
        return None
    return Conversation.objects.for_tenant(tenant_id).select_related("contact").get(pk=conversation_id)


@transaction.atomic
def mark_lost(turn_id: uuid.UUID) -> bool:
    """Give up a turn whose process is gone, and tell the team; False when somebody has it after all."""
    turn = Turn.objects.select_related("message").select_for_update(of=("self",), skip_locked=True)
    lost = turn.abandoned().filter(pk=turn_id).first()
    if lost is None:
        return False
    lost.state = Turn.State.LOST
    lost.save(update_fields=["state"])
    if conversation := flag(lost.tenant_id, lost.message.conversation_id, Conversation.Attention.ANSWER_LOST):
        log.append(lost.tenant_id, [log.conversation_event("conversation:updated", conversation)])
    return True
