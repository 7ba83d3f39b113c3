"""Finding conversations by the words in them and by who wrote them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, QuerySet

from conversations.models import Contact, Conversation, Message
from conversations.models.conversation import ConversationQuerySet
from conversations.models.words import SEARCHED, has_letters, has_words

MAX_WORDS = 12  # more say nothing new
COMMON = 5_000
"""Messages, or contacts, of a tenant from which on what is looked for is sought in the latest conversations instead of
the index: the index would name them all, and one page is wanted."""
LATEST = 1_000
"""Conversations that are looked into then."""
FEW = 2_000
"""Contacts, or messages, up to which the database is told which they are."""


def matching(rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str) -> ConversationQuerySet:
    """The conversations whose contact is called so, or in which all these words were said."""
    contacts, said = _contacts(tenant_id, words).values("pk"), _said(tenant_id, words).values("conversation")
    few_contacts, few_said = _few(contacts), _few(said)
    if few_contacts is not None and few_said is not None:
        # Asked for by name: a plan that joins on what search may find is as bad as the guess how much that is.
        return rows.filter(Q(pk__in=few_said) | Q(contact__in=few_contacts))
    by_contact = Conversation.objects.for_tenant(tenant_id).filter(contact__in=contacts)
    # A union of ids, not an OR: each half may then use its own index.
    return rows.filter(pk__in=by_contact.values("pk").union(said))


def _few(found: QuerySet[Any]) -> set[uuid.UUID] | None:
    """The ids that are found, unless they are many."""
    ids = [next(iter(row.values())) for row in found[: FEW + 1]]
    return set(ids) if len(ids) <= FEW else None


def latest_matching(
    rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str, enough: int
) -> ConversationQuerySet | None:
    """At least `enough` of those that `matching` finds: the ones among the first of `rows`, which are in order.

    None where that isn't the quicker way, or there are not enough.
    """
    if not _is_common(tenant_id, words):
        return None
    said = Exists(_said(tenant_id, words).filter(conversation=OuterRef("pk")))
    first = Conversation.objects.for_tenant(tenant_id).filter(pk__in=rows.values("pk")[:LATEST])
    found = list(first.filter(said | _called(words, "contact__")).values_list("pk", flat=True))
    return rows.filter(pk__in=found) if len(found) >= enough else None


def _is_common(tenant_id: uuid.UUID, words: str) -> bool:
    """What the planner thinks: it keeps count of the entries of both indexes."""
    said, called = (
        Message.objects.filter(_has_words(tenant_id, words)),
        Contact.objects.filter(has_letters(tenant_id, words)),
    )
    return _rows_expected(said) > COMMON or _rows_expected(called) > COMMON


def _rows_expected(rows: QuerySet[Any]) -> int:
    plan = json.loads(rows.order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _contacts(tenant_id: uuid.UUID, words: str) -> QuerySet[Contact]:
    return Contact.objects.for_tenant(tenant_id).filter(has_letters(tenant_id, words), _called(words))


def _called(words: str, prefix: str = "") -> Q:
    return Q(*[Q((f"{prefix}{field}__icontains", words)) for field in SEARCHED], _connector=Q.OR)


def _said(tenant_id: uuid.UUID, words: str) -> QuerySet[Message]:
    return Message.objects.for_tenant(tenant_id).filter(_has_words(tenant_id, words))


def _has_words(tenant_id: uuid.UUID, words: str) -> Func:
    return has_words(tenant_id, " ".join(words.split()[:MAX_WORDS]))
