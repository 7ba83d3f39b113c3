"""The figures of a period, in a few statements whatever the number of conversations."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from conversations.models import Conversation
from tenants.models import Tenant
from tracking.analytics import waits
from tracking.analytics.adding import ARRAYS, PLAIN
from tracking.analytics.counting import Standing, catch_up
from tracking.analytics.periods import Period
from tracking.models import CountedConversation, CountedDay, CountedOutcome, EventType

_ARRAYS = ", ".join(
    f"ARRAY[{', '.join(f'sum({name}[{place}])' for place in range(1, size + 1))}]" for name, size in ARRAYS.items()
)
_WRITERS = f"""
    SELECT day >= %(start)s, kind, who, (array_agg(name ORDER BY day DESC))[1],
           {", ".join(f"sum({name})::bigint" for name in PLAIN)}, {_ARRAYS}
    FROM tracking_countedday WHERE tenant_id = %(tenant)s AND day BETWEEN %(before)s AND %(today)s
    GROUP BY 1, kind, who HAVING sum(conversations) > 0
"""  # noqa: S608  (column names of ours)


EXACT = 500
"""So many waits for a person are read one by one; of more the median is read off their slots."""


@dataclass(slots=True)
class Figures:
    """Sums over conversations, each in the day or stretch in which it began."""

    conversations: int = 0
    qualified: int = 0
    alone: int = 0
    by_person: int = 0
    rated: int = 0
    scores: int = 0
    cost_micros: int = 0

    @property
    def rate(self) -> float | None:
        """Qualified leads in a hundred conversations."""
        return _percent(self.qualified, self.conversations)

    @property
    def alone_rate(self) -> float | None:
        return _percent(self.alone, self.conversations)

    @property
    def unanswered(self) -> int:
        """Neither an assistant nor a person has said anything yet."""
        return self.conversations - self.alone - self.by_person

    @property
    def rating(self) -> float | None:
        """From 1 to 5, of those who rated."""
        return self.scores / self.rated if self.rated else None

    def add(self, other: Figures, sign: int = 1) -> None:
        for name in PLAIN:
            setattr(self, name, getattr(self, name) + sign * getattr(other, name))


@dataclass(slots=True)
class Writer:
    """Who of ours wrote last in some conversations; nobody where `kind` is empty."""

    kind: str
    who: str
    name: str
    figures: Figures
    first_reply: int | None  # seconds: of an assistant since the beginning, of a person since one was asked for


@dataclass(slots=True)
class Worth:
    """What outcomes are worth, in one currency."""

    currency: str
    amount: float


@dataclass(slots=True)
class OutcomeFigures:
    """The conversations that came to one kind of outcome."""

    event_type: str
    conversations: int = 0
    worth: list[Worth] = field(default_factory=list)

    @property
    def label(self) -> str:
        return EventType(self.event_type).label


@dataclass(slots=True)
class Stretch:
    """A period's days, together and each."""

    days: list[tuple[date, Figures]]
    whole: Figures
    hours: list[int]
    assistant_reply: int | None  # the median, in seconds
    person_reply: int | None


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one visitor waited for a person, and who wrote last there."""

    started_at: datetime
    kind: str
    who: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `before` is missing where the tenant wasn't there for all of that stretch: nothing is to compare."""

    period: Period
    standing: Standing
    first_at: datetime | None  # when the first conversation of all began
    here_since: datetime
    current: Stretch
    before: Stretch | None
    writers: list[Writer]
    outcomes: list[OutcomeFigures]


def report(tenant: Tenant, period: Period) -> Report:
    """Count up to now, then read. Seven queries where nothing is to be counted."""
    standing = catch_up(tenant)
    first_at = _first_at(tenant)
    here_since = min(tenant.created_at, first_at) if first_at else tenant.created_at
    days, rows = _days(tenant.pk, period), _writers(tenant.pk, period)
    before = _stretch(period.days_before, days, [row for row in rows if not row[0]])
    before.whole.add(_later_that_day(tenant.pk, period), -1)
    mine = [row for row in rows if row[0]]
    current, writers = _stretch(period.days, days, mine), list(map(_writer, mine))
    if (waited := _few_waits(tenant.pk, period)) is not None:
        _be_exact(period, waited, before, current, writers)
    return Report(
        period=period,
        standing=standing,
        first_at=first_at,
        here_since=here_since,
        current=current,
        before=before if here_since <= period.before_begins_at else None,
        writers=sorted(writers, key=lambda one: (not one.kind, -one.figures.conversations, one.name)),
        outcomes=_outcomes(tenant.pk, period),
    )


def _first_at(tenant: Tenant) -> datetime | None:
    started = Conversation.objects.for_tenant(tenant).order_by("started_at").values_list("started_at", flat=True)
    return started.first()


def _days(tenant_id: uuid.UUID, period: Period) -> dict[date, Figures]:
    sums = {name: Sum(name) for name in PLAIN}
    rows = CountedDay.objects.for_tenant(tenant_id).filter(day__range=(period.days_before[0], period.today))
    return {day: Figures(*counted) for day, *counted in rows.values("day").annotate(**sums).values_list("day", *PLAIN)}


def _writers(tenant_id: uuid.UUID, period: Period) -> list[tuple[Any, ...]]:
    """Is it the current stretch, kind, id and name of who wrote last, then `PLAIN` and `ARRAYS`."""
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "start": period.days[0],
        "before": period.days_before[0],
        "today": period.today,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, values)
        return list(cursor.fetchall())


def _later_that_day(tenant_id: uuid.UUID, period: Period) -> Figures:
    """What the last day before came to after the time that it is today."""
    end = period.begin_of(period.days_before[-1] + timedelta(days=1))
    rows = CountedConversation.objects.for_tenant(tenant_id).filter(
        started_at__gte=period.before_ends_at, started_at__lt=end
    )
    person, assistant, nothing = Q(person_seconds__isnull=False), Q(assistant_seconds__isnull=False), 0
    sums = rows.aggregate(
        conversations=Count("pk"),
        qualified=Count("pk", filter=Q(qualified=True)),
        alone=Count("pk", filter=assistant & ~person),
        by_person=Count("pk", filter=person),
        rated=Count("score"),
        scores=Coalesce(Sum("score"), nothing),
        cost_micros=Coalesce(Sum("cost_micros"), nothing),
    )
    return Figures(**sums)


def _few_waits(tenant_id: uuid.UUID, period: Period) -> list[Wait] | None:
    """All waits for a person in both stretches, unless they are many."""
    rows = CountedConversation.objects.for_tenant(tenant_id).filter(
        started_at__gte=period.before_begins_at, person_seconds__isnull=False
    )
    values = rows.order_by("-started_at").values_list("started_at", "kind", "who", "person_seconds")
    found = [Wait(at, kind, who, seconds or 0) for at, kind, who, seconds in values[: EXACT + 1]]
    return found if len(found) <= EXACT else None


def _be_exact(period: Period, waited: list[Wait], before: Stretch, current: Stretch, writers: list[Writer]) -> None:
    """Put the medians of the waits themselves in the place of those of slots."""
    mine = [one for one in waited if one.started_at >= period.begins_at]
    current.person_reply = _median(mine)
    before.person_reply = _median([one for one in waited if one.started_at < period.before_ends_at])
    theirs: dict[str, list[Wait]] = defaultdict(list)
    for one in mine:
        theirs[one.who].append(one)
    for writer in writers:
        if writer.kind == "agent":
            writer.first_reply = _median(theirs[writer.who])


def _median(waited: list[Wait]) -> int | None:
    return median_low(one.seconds for one in waited) if waited else None


def _outcomes(tenant_id: uuid.UUID, period: Period) -> list[OutcomeFigures]:
    """Each kind that there is, in order, also where none came to it."""
    rows = CountedOutcome.objects.for_tenant(tenant_id).filter(day__range=(period.days[0], period.today))
    sums = rows.values("event_type", "currency").annotate(count=Sum("conversations"), amount=Sum("worth"))
    found = {kind.value: OutcomeFigures(kind.value) for kind in EventType}
    for row in sums.order_by("event_type", F("amount").desc(), "currency"):
        figures = found[row["event_type"]]
        figures.conversations += row["count"]
        if row["currency"] and row["amount"]:
            figures.worth.append(Worth(row["currency"], row["amount"] / 100))
    return list(found.values())


def _stretch(days: list[date], found: dict[date, Figures], rows: Iterable[tuple[Any, ...]]) -> Stretch:
    shown = [(day, found.get(day, Figures())) for day in days]
    whole = Figures()
    for _, figures in shown:
        whole.add(figures)
    together = {
        name: _together((row[place - len(ARRAYS)] for row in rows), size)
        for place, (name, size) in enumerate(ARRAYS.items())
    }
    return Stretch(
        shown, whole, together["hours"], waits.median(together["assistant_waits"]),
        waits.median(together["person_waits"]),
    )  # fmt: skip


def _together(counts: Iterable[list[int]], size: int) -> list[int]:
    return [sum(slot) for slot in zip(*counts, strict=True)] or [0] * size


def _writer(row: tuple[Any, ...]) -> Writer:
    _, kind, who, name, *sums = row
    _, assistant_waits, person_waits = sums[len(PLAIN) :]
    mine = person_waits if kind == "agent" else assistant_waits
    return Writer(kind, who, name, Figures(*sums[: len(PLAIN)]), waits.median(mine) if kind else None)


def _percent(part: int, of: int) -> float | None:
    return 100 * part / of if of else None
