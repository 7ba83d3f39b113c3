"""Finding conversations by the words in them and by who wrote them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from conversations.models import Contact, Conversation, Message
from conversations.models.conversation import ConversationQuerySet

MAX_WORDS = 12  # more say nothing new


def matching(rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str) -> ConversationQuerySet:
    """The conversations whose contact is called so, or in which all these words were said."""
    by_contact = Conversation.objects.for_tenant(tenant_id).filter(contact__in=_contacts(tenant_id, words))
    # A union of ids, not an OR: each half may then use its own index.
    return rows.filter(pk__in=by_contact.values("pk").union(_messages(tenant_id, words)))


def _contacts(tenant_id: uuid.UUID, words: str) -> Any:
    fields = ("name", "email", "phone", "company")
    anywhere = Q(*[Q((f"{field}__icontains", words)) for field in fields], _connector=Q.OR)
    return Contact.objects.for_tenant(tenant_id).filter(anywhere).values("pk")


def _messages(tenant_id: uuid.UUID, words: str) -> Any:
    # spelled as the index `message_search` is, or PostgreSQL would read every message
    said = Message.objects.for_tenant(tenant_id).annotate(words=SearchVector("body", config="simple"))
    query = SearchQuery(beginnings(words), config="simple", search_type="raw")
    return said.filter(words=query).values("conversation")


def beginnings(words: str) -> str:
    """A query for texts in which every word occurs, the last letters of each left open."""
    quoted = [word.replace("\\", "\\\\").replace("'", "''") for word in words.split()[:MAX_WORDS]]
    return " & ".join(f"'{word}':*" for word in quoted)
