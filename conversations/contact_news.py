"""A contact is known better, or otherwise: its open conversations are told, and judged anew.

Where a person says so, the newest conversations hear of it in that very transaction, and the rest from a worker. A
visitor's message holds its own conversation and may wait for no other: so all others hear of it from a worker. What is
still to do stands in `ContactNews`, written with the change itself.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db import connection, transaction

from conversations import log
from conversations.log import Draft
from conversations.models import Contact, ContactNews, Conversation
from conversations.models.conversation import ConversationQuerySet
from conversations.signals import contact_changed, tell
from tenants.ownership import new_id

BATCH: Final = 50
"""Conversations that are judged, and told of, in one transaction: the log is locked until its end."""

_NOTE = """
    INSERT INTO conversations_contactnews AS news (id, tenant_id, contact_id, round, before, since)
    SELECT %(id)s, %(tenant)s, %(contact)s, 1, NULL, now() WHERE EXISTS (
        SELECT FROM conversations_conversation
        WHERE tenant_id = %(tenant)s AND contact_id = %(contact)s AND status = 'open' AND NOT id = ANY(%(but)s::uuid[])
    )
    ON CONFLICT (contact_id) DO UPDATE SET round = news.round + 1, before = NULL
"""


def note(contact: Contact, *, but: Collection[uuid.UUID]) -> None:
    """Have the contact's open conversations look again, `but` for those that know. The contact's row is locked."""
    values: dict[str, Any] = {"id": new_id(), "tenant": contact.tenant_id, "contact": contact.pk, "but": list(but)}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)


def locked(contact: Contact, before: uuid.UUID | None = None) -> list[Conversation]:
    """The newest of its open conversations, older than `before`; locked, as everywhere, ahead of their contact."""
    rows = Conversation.objects.for_tenant(contact.tenant_id).open().filter(contact=contact.pk)
    older = rows.filter(pk__lt=before) if before else rows
    ids = older.order_by("-id").select_for_update(no_key=True).values_list("pk", flat=True)[:BATCH]
    return list(shown(contact.tenant_id, list(ids)))


def shown(tenant_id: uuid.UUID, ids: Collection[uuid.UUID]) -> ConversationQuerySet:
    """These conversations with what the log tells of them, the newest first."""
    return Conversation.objects.for_tenant(tenant_id).filter(pk__in=ids).for_inbox().order_by("-id")


def judged(conversations: Sequence[Conversation], contact: Contact) -> list[Draft]:
    """Judge locked conversations by their contact as it is; what the log is to be told of it."""
    if not conversations:
        return []
    for conversation in conversations:
        conversation.contact = contact
    announced: dict[uuid.UUID, list[Draft]] = defaultdict(list)
    for draft in tell(contact_changed, conversations=conversations):
        announced[draft.conversation_id].append(draft)
    drafts = (log.with_announced(_updated(one), announced[one.pk]) for one in conversations)
    return [draft for some in drafts for draft in some]


def updated(conversations: Sequence[Conversation], contact: Contact | None) -> list[Draft]:
    """The same without judging: who it was is no longer known."""
    for conversation in conversations:
        conversation.contact = contact
    return [_updated(conversation) for conversation in conversations]


def _updated(conversation: Conversation) -> Draft:
    return log.conversation_event(log.UPDATED, conversation)


@transaction.atomic
def look_again(news: ContactNews) -> bool:
    """Judge the next of the contact's open conversations; whether there are more.

    Two workers may be at it at once: what is judged twice comes to nothing. What was news meanwhile stays to be done.
    """
    conversations = locked(news.contact, news.before)
    contact = Contact.objects.for_tenant(news.tenant_id).filter(pk=news.contact_id).first()
    drafts = judged(conversations, contact) if contact else []
    mine = ContactNews.objects.for_tenant(news.tenant_id).filter(pk=news.pk, round=news.round)
    has_more = len(conversations) == BATCH
    if has_more:
        mine.update(before=conversations[-1].pk)
        news.before = conversations[-1].pk
    else:
        mine.delete()
    if drafts:
        log.append(news.tenant_id, drafts)
    return has_more
