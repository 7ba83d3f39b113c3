"""A turn's end, by one transaction: the answer lands only in the epoch in which it was asked for.

A person who has spoken in between has the last word. Whatever came of it is kept for the visitor's retries.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction

from conversations import log
from conversations.models import Conversation, Message, Turn
from conversations.said import Received, Reply, Settled
from conversations.signals import announce, handoff_requested, reply_judged
from conversations.turns.learning import keep_outcomes, keep_tools, learn, outcomes_of, tools_of
from conversations.turns.leases import MessageInProgress, flag
from conversations.turns.rows import COLUMNS, PREVIEW_CHARS, one_conversation
from tenants.statements import Statement

MOMENT = timedelta(microseconds=1)

_LINES = Statement("""
    SELECT author, body FROM conversations_message
    WHERE tenant_id = %s AND conversation_id = %s AND state = 'sent' AND author <> 'system'
    ORDER BY created_at DESC, id DESC LIMIT %s
""")


def last_lines(received: Received, limit: int) -> list[tuple[str, str]]:
    """Author and text of the conversation's last messages, oldest first: what an answer goes by."""
    lines = _LINES.all([received.tenant.pk, received.conversation_id, limit])
    return [(author, body) for author, body in reversed(lines)]


_FAILED = Statement("""
    SELECT turn.answer ->> 'status' IN ('no_reply', 'blocked')
        OR EXISTS(SELECT FROM conversations_message said WHERE said.conversation_id = %(conversation)s
            AND said.reply_to_id = turn.message_id AND said.metadata ? 'no_answer')
    FROM conversations_turn turn JOIN conversations_message asked ON asked.id = turn.message_id
    WHERE asked.tenant_id = %(tenant)s AND asked.conversation_id = %(conversation)s
        AND turn.state = 'settled' AND turn.message_id <> %(message)s
    ORDER BY asked.created_at DESC, asked.id DESC LIMIT 1
""")


def failed_before(received: Received) -> bool:
    """Whether the visitor's message before this one stayed without an answer as well."""
    ids = {
        "tenant": received.tenant.pk,
        "conversation": received.conversation_id,
        "message": received.message_id,
    }
    row = _FAILED.one(ids)
    return bool(row and row[0])


# What was withheld and a line of the system stand between what was said before and the reply: hence three moments.
_LAND = Statement(f"""
    UPDATE conversations_conversation SET
        last_message_at = GREATEST(clock_timestamp(), last_message_at + interval '3 microseconds'),
        preview = CASE WHEN %(speaks)s THEN %(preview)s ELSE preview END,
        preview_author = CASE WHEN %(speaks)s THEN 'assistant' ELSE preview_author END,
        assistant_id = COALESCE(%(assistant)s, assistant_id),
        ai_paused = %(to_people)s, handed_over_by = handed_over_by || %(handed_over_by)s::uuid[],
        attention = CASE WHEN %(attention)s = '' THEN attention ELSE %(attention)s END,
        attention_at = CASE WHEN %(attention)s = '' THEN attention_at ELSE clock_timestamp() END
    WHERE id = %(id)s AND tenant_id = %(tenant)s AND epoch = %(epoch)s AND status = 'open' AND NOT ai_paused
    RETURNING {COLUMNS.sql}
""")  # noqa: S608  (column names of ours)


_SETTLE = Statement("""
    UPDATE conversations_turn SET state = 'settled', answer = %s
    WHERE message_id = %s AND claim = %s AND state = 'answering'
""")


@transaction.atomic
def settle(received: Received, reply: Reply) -> Settled:
    """Let the reply land, if nobody has spoken since, and keep the answer for retries.

    Raises MessageInProgress when another process has taken the turn over; then nothing is stored.
    """
    events: list[log.Draft] = learn(received, reply)
    if reply.text is not None or reply.line or reply.to_people or reply.withheld or reply.is_stopped:
        landed = _land(received, reply)
        if landed:
            events += _post(received, reply, landed)
        else:
            events += keep_outcomes(received, reply)
            reply = _overtaken(reply)
            _judged(received, reply, None)
    elif reply.attention and (conversation := flag(received.tenant.pk, received.conversation_id, reply.attention)):
        reached = _reached(reply, conversation)
        events += log.with_announced(log.conversation_event("conversation:updated", conversation), reached)
    else:
        events += keep_outcomes(received, reply)
    if reply.tools and reply.text is None and not reply.withheld:
        keep_tools(received, reply)
    settled = Settled(
        conversation_id=str(received.conversation_id),
        client_id=received.client_id,
        text=reply.text,
        status=reply.status,
        metadata=_metadata(reply),
        tracking=[*received.tracking, *log.tracking_of(events)],
    )
    values: list[Any] = [orjson.dumps(settled).decode(), received.message_id, received.claim]
    if not _SETTLE.run(values):
        raise MessageInProgress
    if events:
        log.append(received.tenant.pk, events)
    return settled


def _overtaken(reply: Reply) -> Reply:
    """What is left of an answer that a person has been faster than."""
    return Reply(
        status="human",
        reason="human_takeover",
        assistant_id=reply.assistant_id,
        set_off_by_visitor=reply.set_off_by_visitor,
        tools=reply.tools,
    )


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
    return one_conversation(_LAND, values)


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
            # What stands in for a withheld reply cost nothing more.
            metadata=_metadata(replace(reply, cost_micros=0)) if withheld else _metadata(reply) | tools_of(reply),
            created_at=conversation.last_message_at,
        )
        spoken.append(said)
    reached = _reached(reply, conversation)
    changed, *more = log.with_announced(log.conversation_event("conversation:updated", conversation), reached)
    events = [changed]
    if withheld:
        held = withheld.state == Message.State.HELD
        events.append(log.message_event(conversation, withheld, "message:held" if held else "message:new"))
    return events + [log.said_event(conversation, message) for message in spoken] + more


def _reached(reply: Reply, conversation: Conversation) -> list[log.Draft]:
    """Announce what the turn came to, beside words."""
    drafts: list[log.Draft] = []
    if reply.to_people or reply.attention == Conversation.Attention.ASKED_FOR_PERSON:
        drafts += announce(handoff_requested, conversation=conversation, reason=reply.attention)
    return drafts + outcomes_of(reply, conversation)


def _withhold(received: Received, reply: Reply, conversation: Conversation) -> Message:
    """Keep what the visitor doesn't see, with what it set off."""
    assert reply.withheld
    withheld = _spoken(
        received,
        conversation,
        author=Message.Author.ASSISTANT,
        author_name=reply.author_name,
        body=reply.withheld.text,
        state=reply.withheld.state,
        reply_to_id=received.message_id,
        sources=list(reply.sources),
        metadata=_metadata(reply) | tools_of(reply) | {"safety": list(reply.set_off_by_reply)},
        created_at=conversation.last_message_at - 2 * MOMENT,
    )
    withheld.save(force_insert=True)  # at once: its review refers to it
    return withheld


def _judged(received: Received, reply: Reply, withheld: Message | None) -> None:
    """Write down what the safety rules found, for the team's eyes."""
    if reply.set_off_by_visitor:
        asked = Message.objects.for_tenant(received.tenant).filter(pk=received.message_id)
        asked.update(metadata={"safety": list(reply.set_off_by_visitor)})
    if withheld or reply.set_off_by_visitor:
        reply_judged.send(sender=Turn, received=received, reply=reply, withheld=withheld)


def _spoken(received: Received, conversation: Conversation, **fields: Any) -> Message:
    return Message(tenant=received.tenant, conversation=conversation, **fields)


def _metadata(reply: Reply) -> dict[str, Any]:
    """What is kept with the message and shown to the team."""
    assistant_id = str(reply.assistant_id) if reply.assistant_id else None
    metadata: dict[str, Any] = {"model": reply.model, "tokens": reply.tokens, "assistant_id": assistant_id}
    if reply.cost_micros:
        metadata["cost_usd"] = reply.cost_micros / 1_000_000
    if reply.is_stopped:
        metadata["stopped"] = True
    return metadata | ({"reason": reply.reason} if reply.reason else {})
