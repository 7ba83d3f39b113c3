"""What a turn leaves behind beside words: who the visitor is, and what was done for the answer."""

from __future__ import annotations

from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from conversations import contacts, log
from conversations.models import Conversation
from conversations.said import ContactDetails, Received, Reply
from conversations.signals import announce, contact_captured, facts_collected, outcome_reported


def learn(received: Received, reply: Reply) -> list[log.Draft]:
    """Keep what the visitor has said about themselves, whether or not the answer lands: it is true either way.

    The conversation is locked first, as everywhere, and its contact and answers after it.
    """
    if reply.contact == ContactDetails() and not reply.facts:
        return []
    conversation = _locked(received)
    drafts = _learn_contact(received, conversation, reply.contact)
    if reply.facts:
        drafts += announce(facts_collected, conversation=conversation, values=reply.facts, source="assistant")
    return drafts


def outcomes_of(reply: Reply, conversation: Conversation) -> list[log.Draft]:
    """Announce the outcomes that the assistant reports."""
    reported = (
        announce(outcome_reported, conversation=conversation, event_type=event_type, source="assistant")
        for event_type in reply.outcomes
    )
    return [draft for drafts in reported for draft in drafts]


def keep_outcomes(received: Received, reply: Reply) -> list[log.Draft]:
    """The same where no answer lands, for a person was faster or there is none: what the visitor did stays done."""
    return outcomes_of(reply, _locked(received)) if reply.outcomes else []


def _locked(received: Received) -> Conversation:
    rows = Conversation.objects.for_tenant(received.tenant).select_for_update(no_key=True)
    return rows.get(pk=received.conversation_id)


def _learn_contact(received: Received, conversation: Conversation, details: ContactDetails) -> list[log.Draft]:
    """Who they are; a conversation that knew as much has nothing to tell."""
    if not contacts.attach(received.tenant, conversation, details):
        return []
    captured = announce(contact_captured, conversation=conversation)
    return log.with_announced(log.conversation_event("conversation:updated", conversation), captured)


_NOTE = "UPDATE conversations_message SET metadata = metadata || %s WHERE tenant_id = %s AND id = %s"


def keep_tools(received: Received, reply: Reply) -> None:
    """Keep an answer's calls with the visitor's message, where there is no answer to keep them with."""
    values: list[Any] = [Jsonb(tools_of(reply)), received.tenant.pk, received.message_id]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)


def tools_of(reply: Reply) -> dict[str, object]:
    """The calls as a message holds them, and that they led to no answer."""
    is_none = reply.attention == Conversation.Attention.NO_ANSWER_FOUND
    return ({"tools": list(reply.tools)} if reply.tools else {}) | ({"no_answer": True} if is_none else {})
