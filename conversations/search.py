"""Finding conversations by the words in them and by who wrote them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from conversations.models import Contact, Conversation, Message
from conversations.models.conversation import ConversationQuerySet
from conversations.models.words import SEARCHED, has_letters, has_words

MAX_WORDS = 12  # more say nothing new
COMMON = 0.004
"""The share of all messages, or contacts, from which on an index isn't even asked: it would name them all."""
FEW = 2_000
"""Messages, and contacts, up to which the database is told which they are."""
LATEST = (100, 300, 600)
"""Conversations that are looked into where there are more, part by part until there are enough for a page."""


def matching(rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str) -> ConversationQuerySet:
    """The conversations whose contact is called so, or in which all these words were said."""
    named = _named(rows, tenant_id, words)
    return _joined(rows, tenant_id, words) if named is None else named


def first_matching(
    rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str, enough: int
) -> tuple[ConversationQuerySet, bool]:
    """What `matching` finds in `rows`, which are in order, and whether that is all: at least the first `enough`."""
    if not _is_common(tenant_id, words) and (named := _named(rows, tenant_id, words)) is not None:
        return named, True
    if (latest := _latest(rows, tenant_id, words, enough)) is not None:
        return latest, False
    return _joined(rows, tenant_id, words), True


def _named(rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str) -> ConversationQuerySet | None:
    """With what was found named: a plan that joins instead is as bad as the guess how much will be found."""
    contacts = _few(_contacts(tenant_id, words).values_list("pk", flat=True))
    said = _few(_said(tenant_id, words).values_list("conversation", flat=True))
    if contacts is None or said is None:
        return None
    return rows.filter(Q(pk__in=said) | Q(contact__in=contacts))


def _few(found: QuerySet[Any]) -> set[uuid.UUID] | None:
    """The ids that are found, unless they are many."""
    ids = list(found[: FEW + 1])
    return set(ids) if len(ids) <= FEW else None


def _joined(rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str) -> ConversationQuerySet:
    contacts, said = _contacts(tenant_id, words), _said(tenant_id, words)
    by_contact = Conversation.objects.for_tenant(tenant_id).filter(contact__in=contacts.values("pk"))
    # A union of ids, not an OR: each half may then use its own index.
    return rows.filter(pk__in=by_contact.values("pk").union(said.values("conversation")))


def _latest(rows: ConversationQuerySet, tenant_id: uuid.UUID, words: str, enough: int) -> ConversationQuerySet | None:
    """Those among the first of `rows`; None where they aren't enough."""
    ids, found = list(rows.values_list("pk", flat=True)[: sum(LATEST)]), set[uuid.UUID]()
    wanted = Exists(_said(tenant_id, words).filter(conversation=OuterRef("pk"))) | is_called(words, "contact__")
    for number in LATEST:
        some, ids = ids[:number], ids[number:]
        looked_into = Conversation.objects.for_tenant(tenant_id).filter(wanted, pk__in=some)
        found.update(looked_into.values_list("pk", flat=True))
        if len(found) >= enough:
            return rows.filter(pk__in=found)
    return None


def _is_common(tenant_id: uuid.UUID, words: str) -> bool:
    """What the planner thinks: it keeps count of the entries of both indexes."""
    said, called = Message.objects.all(), Contact.objects.all()
    return _is_large_share(said, _has_words(tenant_id, words)) or _is_large_share(called, has_letters(tenant_id, words))


def _is_large_share(rows: QuerySet[Any], wanted: Func) -> bool:
    return _rows_expected(rows.filter(wanted)) > max(COMMON * _rows_expected(rows), FEW)


def _rows_expected(rows: QuerySet[Any]) -> int:
    plan = json.loads(rows.order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def called(tenant_id: uuid.UUID, words: str) -> QuerySet[Contact]:
    """The ids of the contacts that are called so; of one that was merged, of the one that it has become."""
    named = _contacts(tenant_id, words).annotate(one=Coalesce("merged_into", "pk"))
    return named.values_list("one", flat=True)


def few_called(tenant_id: uuid.UUID, words: str) -> set[uuid.UUID] | None:
    """The same, unless they are many."""
    is_large = _is_large_share(Contact.objects.all(), has_letters(tenant_id, words))
    return None if is_large else _few(called(tenant_id, words))


def _contacts(tenant_id: uuid.UUID, words: str) -> QuerySet[Contact]:
    return Contact.objects.for_tenant(tenant_id).filter(has_letters(tenant_id, words), is_called(words))


def is_called(words: str, prefix: str = "") -> Q:
    """Whether a contact is called so; `prefix` leads to it."""
    return Q(*[Q((f"{prefix}{field}__icontains", words)) for field in SEARCHED], _connector=Q.OR)


def _said(tenant_id: uuid.UUID, words: str) -> QuerySet[Message]:
    return Message.objects.for_tenant(tenant_id).filter(_has_words(tenant_id, words))


def _has_words(tenant_id: uuid.UUID, words: str) -> Func:
    return has_words(tenant_id, " ".join(words.split()[:MAX_WORDS]))
