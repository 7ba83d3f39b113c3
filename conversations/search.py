"""Finding conversations by the words in them and by who wrote them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q, QuerySet

from conversations.models import Contact, Conversation, Message
from conversations.models.conversation import ConversationQuerySet

MAX_WORDS = 12  # more say nothing new
COMMON = 0.004
"""The share of all messages from which on words are looked for in the latest conversations instead of the index:
the index would name them all, and one page is wanted."""
LATEST = 1_000
"""Conversations that are looked into then."""


def matching(rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str) -> ConversationQuerySet:
    """The conversations whose contact is called so, or in which all these words were said."""
    by_contact = Conversation.objects.for_tenant(tenant_id).filter(contact__in=_contacts(tenant_id, words))
    # A union of ids, not an OR: each half may then use its own index.
    return rows.filter(pk__in=by_contact.values("pk").union(_said(tenant_id, words).values("conversation")))


def latest_matching(
    rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str, enough: int
) -> ConversationQuerySet | None:
    """At least `enough` of those that `matching` finds: the ones among the first of `rows`, which are in order.

    None where that isn't the quicker way, or there are not enough.
    """
    if not _is_common(words):
        return None
    said = Exists(_said(tenant_id, words).filter(conversation=OuterRef("pk")))
    first = Conversation.objects.for_tenant(tenant_id).filter(pk__in=rows.values("pk")[:LATEST])
    found = list(first.filter(said | _called(words, "contact__")).values_list("pk", flat=True))
    return rows.filter(pk__in=found) if len(found) >= enough else None


def _is_common(words: str) -> bool:
    """What the planner thinks: it keeps count of the words of all messages."""
    everything = _rows_expected(Message.objects.all())
    return everything > LATEST and _rows_expected(_having(Message.objects.all(), words)) > everything * COMMON


def _rows_expected(messages: QuerySet[Message]) -> int:
    plan = json.loads(messages.order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _contacts(tenant_id: uuid.UUID, words: str) -> Any:
    return Contact.objects.for_tenant(tenant_id).filter(_called(words)).values("pk")


def _called(words: str, prefix: str = "") -> Q:
    fields = ("name", "email", "phone", "company")
    return Q(*[Q((f"{prefix}{field}__icontains", words)) for field in fields], _connector=Q.OR)


def _said(tenant_id: uuid.UUID, words: str) -> QuerySet[Message]:
    return _having(Message.objects.for_tenant(tenant_id), words)


def _having(messages: QuerySet[Message], words: str) -> QuerySet[Message]:
    # spelled as the index `message_search` is, or PostgreSQL would read every message
    query = SearchQuery(beginnings(words), config="simple", search_type="raw")
    return messages.annotate(words=SearchVector("body", config="simple")).filter(words=query)


def beginnings(words: str) -> str:
    """A query for texts in which every word occurs, the last letters of each left open."""
    quoted = [word.replace("\\", "\\\\").replace("'", "''") for word in words.split()[:MAX_WORDS]]
    return " & ".join(f"'{word}':*" for word in quoted)
