"""Which conversations the inbox shows: filters, order, counts."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from conversations.models import Conversation, Message
from conversations.models.conversation import ConversationQuerySet
from conversations.search import first_matching, matching
from tenants import wall
from tenants.models import Membership, Place, Tenant

COUNTED = 1_000
"""Where counting ends: nobody reads on, and every page would wait for it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; an empty value lets everything through."""

    channel: str = ""
    status: str = ""
    qualified: bool | None = None
    assigned_to: uuid.UUID | str = ""  # a person's id, "me" or "none"
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""

    @property
    def used(self) -> list[str]:
        """The names of those that are set."""
        return [name for name in self.__slots__ if getattr(self, name) not in ("", None)]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations are open, how many of them mine, in how many somebody waits to be read."""

    open: int
    mine: int
    unread: int


def find(place: Place, filters: Filters) -> ConversationQuerySet:
    """The conversations that may be seen from there and these filters let through, in no order."""
    rows = Conversation.objects.visible_to(place)
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.qualified is not None:
        rows = rows.filter(qualified=filters.qualified)
    if filters.assigned_to:
        rows = rows.filter(assigned_to=_person(place, filters.assigned_to))
    if filters.since:
        rows = rows.filter(started_at__gte=filters.since)
    if filters.until:
        rows = rows.filter(started_at__lt=filters.until)
    with looking_for(filters):
        return matching(rows, place.tenant_id, filters.words) if filters.words else rows


def count_found(rows: ConversationQuerySet, filters: Filters) -> int:
    """How many rows there are of what `find` finds."""
    with looking_for(filters):
        return rows.count()


def some_of(rows: ConversationQuerySet, filters: Filters, part: slice) -> ConversationQuerySet:
    """A part of the rows that `find` finds, in their order.

    Words are looked for with the wall lowered, or no index would be of use; what they lead to is read behind it.
    """
    if not filters.words:
        return rows[part]
    with looking_for(filters):
        found = list(rows.values_list("pk", flat=True)[part])
    return Conversation.objects.filter(pk__in=found).order_by(*rows.query.order_by)


def looking_for(filters: Filters) -> AbstractContextManager[None]:
    """Which rows `find` finds is looked up in here, where indexes and statistics of words are of use; nothing else."""
    return wall.lowered() if filters.words else nullcontext()


def _person(place: Place, who: uuid.UUID | str) -> uuid.UUID | None:
    if isinstance(who, uuid.UUID):
        return who
    return place.person_id if who == "me" else None


def first_of(membership: Membership, filters: Filters, enough: int) -> tuple[ConversationQuerySet, bool]:
    """What `find` finds, in the order of the page, and whether that is all: of common words at least `enough`."""
    rows = attention_first(find(membership, replace(filters, words="")))
    with looking_for(filters):
        return first_matching(rows, membership.tenant_id, filters.words, enough) if filters.words else (rows, True)


def attention_first(rows: ConversationQuerySet) -> ConversationQuerySet:
    """In the order of the page: what needs somebody on top, then what was last written in."""
    return rows.order_by(F("attention_at").desc(nulls_last=True), "-last_message_at", "-id")


def with_last_author(rows: ConversationQuerySet) -> ConversationQuerySet:
    """With who wrote the line that the row shows, as `last_author`."""
    said = Message.objects.filter(conversation=OuterRef("pk"), author=OuterRef("preview_author"))
    last = said.order_by("-created_at", "-id").values(who=JSONObject(name="author_name", user="author_user_id"))
    return rows.annotate(last_author=Subquery(last[:1]))


def count(membership: Membership) -> Counts:
    """The numbers on the page's tabs and in the rail, none above `COUNTED`; one query."""
    rows = Conversation.objects.visible_to(membership).open()
    asked = (rows, rows.filter(assigned_to=membership.user_id), rows.unread())
    numbers = [_Number(found.values("pk")[:COUNTED]) for found in asked]
    return Counts(*Tenant.objects.filter(pk=membership.tenant_id).values_list(*numbers).get())


def count_unread(membership: Membership) -> int:
    """The number in the rail alone."""
    return Conversation.objects.visible_to(membership).open().unread()[:COUNTED].count()


def say(number: int) -> int | str:
    """A number of `count` as people read it."""
    return f"{COUNTED - 1}+" if number >= COUNTED else number


class _Number(Subquery):
    """How many rows a query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
