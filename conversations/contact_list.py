"""Which contacts are shown: filters, order, and words that are looked for."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from typing import Final

from django.db.models.expressions import RawSQL

from conversations import search
from conversations.models import Contact
from conversations.models.contact import ContactQuerySet
from tenants import paging, wall

LATEST: Final = (1_000, 3_000, 6_000)
"""Contacts that are looked into where very many are called so, part by part until there are enough for a page."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; an empty value lets everything through."""

    words: str = ""
    only: str = ""  # "qualified", or "email": those whom the team can write to
    order: str = ""  # "newest", else who was seen last comes first

    @property
    def used(self) -> list[str]:
        """The names of those that are set."""
        return [one.name for one in fields(self) if getattr(self, one.name)]


def find(tenant_id: uuid.UUID, filters: Filters) -> ContactQuerySet:
    """The contacts that these filters let through, in their order, whatever they are called."""
    rows = Contact.objects.for_tenant(tenant_id).current()
    if filters.only == "qualified":
        rows = rows.filter(qualified=True)
    elif filters.only == "email":
        rows = rows.exclude(email="")
    return rows.newest_first() if filters.order == "newest" else rows.last_seen_first()


def found(tenant_id: uuid.UUID, filters: Filters) -> ContactQuerySet:
    """All of them that are called so."""
    rows = find(tenant_id, filters)
    return rows.filter(pk__in=search.called(tenant_id, filters.words)) if filters.words else rows


def page_reached(filters: Filters, asked: int, rows: int) -> int:
    """The page to show, of so many rows: what is found by words leads no further than anybody reads."""
    return min(asked, max(paging.AHEAD // rows, 1)) if filters.words else asked


def first_found(tenant_id: uuid.UUID, filters: Filters, enough: int) -> tuple[ContactQuerySet, bool]:
    """The same, and whether that is all: of what very many are called at least the first `enough`."""
    rows = find(tenant_id, filters)
    if not filters.words:
        return rows, True
    with looking_for(filters):
        named = search.few_called(tenant_id, filters.words)
        if named is not None:
            return _among(rows, named), True
        latest = _latest(rows, filters.words, enough)
    return (_among(rows, latest), False) if latest is not None else (found(tenant_id, filters), True)


def _latest(rows: ContactQuerySet, words: str, enough: int) -> list[uuid.UUID] | None:
    """Those among the first of `rows` that are called so, as far as pages lead; None where they aren't enough."""
    ids, called = list(rows.values_list("pk", flat=True)[: sum(LATEST)]), list[uuid.UUID]()
    for number in LATEST:
        some, ids = ids[:number], ids[number:]
        so = set(_among(Contact.objects.filter(search.is_called(words)), some).values_list("pk", flat=True))
        called += [pk for pk in some if pk in so]
        if len(called) >= enough:
            return called[: paging.AHEAD]
    return None


def _among(rows: ContactQuerySet, ids: Collection[uuid.UUID]) -> ContactQuerySet:
    """Those of `rows` that have one of these ids: one value for all of them, for thousands take their time to write."""
    return rows.filter(pk__in=RawSQL("SELECT unnest(%s::uuid[])", [list(ids)])) if ids else rows.none()


def looking_for(filters: Filters) -> AbstractContextManager[None]:
    """Who is called so is looked up in here, where the index and the statistics of letters are of use."""
    return wall.lowered() if filters.words else nullcontext()


def is_there(tenant_id: uuid.UUID) -> bool:
    """Whether the tenant has any contact at all."""
    return Contact.objects.for_tenant(tenant_id).current().exists()
