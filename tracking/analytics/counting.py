"""Conversations are counted by day: each as it is now, in the place of what it was.

What has changed, the tenant's event log tells: every fact that is counted appends to it in its own transaction, in the
order of commits, so a turn of a visitor pays nothing for Analytics. A beat task follows the log; whoever looks at the
figures follows it first, by the same function. A conversation's share is kept, so that counting it again changes
nothing: whatever is killed or comes twice, each counts once. Where the log doesn't reach back, or the tenant's days are
others by now, all is counted anew, the newest first.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from conversations.log import heads, reaches_back_to
from conversations.models import Conversation, Event, EventCounter
from tenants import wall
from tenants.models import Tenant
from tracking.analytics.adding import Change, Sums
from tracking.analytics.measuring import Facts, measure, read_outcomes
from tracking.models import CountedConversation, CountedDay, CountedOutcome, CountingProgress

logger = structlog.get_logger("tracking.analytics")

REACH = timedelta(days=190)
"""How long ago a conversation may have begun: two times ninety days, and a week for days that end later elsewhere."""

KEPT = timedelta(days=200)  # what is forgotten must not be counted once more
EVENTS = 2000  # of the log at once
BATCH = 500  # conversations at once
SWEEP_SECONDS = 20.0
PRUNE = 5000
_LATEST = uuid.UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is counted: all that began since `back_to` (None: all there is), and whether up to now."""

    back_to: datetime | None
    is_up_to_date: bool

    @property
    def is_whole(self) -> bool:
        return self.back_to is None and self.is_up_to_date


def catch_up(tenant: Tenant) -> Standing:
    """Count what has happened up to now, a few hundred milliseconds' worth at most. One query where nothing has."""
    head = EventCounter.objects.filter(tenant=OuterRef("tenant")).values("seq")
    rows = CountingProgress.objects.for_tenant(tenant).annotate(head=Coalesce(Subquery(head), 0))
    found = rows.first()
    if found and found.is_whole and found.seq == found.head and found.timezone == tenant.timezone:
        return Standing(None, is_up_to_date=True)
    progress, last = _count_on(tenant)
    return Standing(None if progress.is_whole else progress.back_to, progress.seq == last)


def sweep() -> int:
    """Count on for every tenant where something has happened, in turn, for a while; how many steps that were."""
    steps, until = 0, time.monotonic() + SWEEP_SECONDS
    waiting = _behind()
    while waiting and time.monotonic() < until:
        tenant = waiting.popleft()
        steps += 1
        try:
            with wall.around(tenant):
                is_whole = catch_up(tenant).is_whole
        except DatabaseError:  # one tenant's trouble is not the others'
            logger.exception("Conversations could not be counted", tenant=str(tenant.pk))
            continue
        if not is_whole:
            waiting.append(tenant)
    return steps


def forget(now: datetime) -> int:
    """Delete what no period reaches any more, in parts; how many rows."""
    forgotten = 0
    last_day = (now - KEPT).date()
    for rows in (
        CountedConversation.objects.filter(started_at__lt=now - KEPT),
        CountedDay.objects.filter(day__lt=last_day),
        CountedOutcome.objects.filter(day__lt=last_day),
    ):
        while keys := list(rows.values_list("pk", flat=True)[:PRUNE]):
            forgotten += rows.model.objects.filter(pk__in=keys).delete()[0]
    return forgotten


def _behind() -> deque[Tenant]:
    """Tenants with something to count, in no order, so that nobody is always the last."""
    mine = CountingProgress.objects.filter(tenant=OuterRef("pk"))
    head = EventCounter.objects.filter(tenant=OuterRef("pk")).values("seq")
    tenants = Tenant.objects.annotate(
        counted=Subquery(mine.values("seq")),
        is_whole=Subquery(mine.values("is_whole")),
        zone=Subquery(mine.values("timezone")),
        head=Coalesce(Subquery(head), 0),
    )
    is_due = Q(counted=None) | Q(is_whole=False) | ~Q(counted=F("head")) | ~Q(zone=F("timezone"))
    return deque(tenants.filter(is_due).order_by("?"))


@transaction.atomic
def _count_on(tenant: Tenant) -> tuple[CountingProgress, int]:
    """One step, under the lock of the tenant's progress, and where the log stands."""
    now = timezone.now()
    progress = _locked(tenant, now)
    head = heads([tenant.pk])[tenant.pk]
    if progress.timezone != tenant.timezone or not reaches_back_to(tenant.pk, progress.seq, head):
        _begin_anew(progress, tenant, head, now)
    events = Event.objects.for_tenant(tenant).filter(seq__gt=progress.seq, seq__lte=head).order_by("seq")
    told = list(events.values_list("seq", "conversation_id")[:EVENTS])
    progress.seq = told[-1][0] if told else head
    recount(tenant, {conversation for _, conversation in told if conversation}, now - REACH)
    if not progress.is_whole and len(told) < EVENTS:
        _count_back(progress, tenant, now - REACH)
    progress.save()
    return progress, head


def _locked(tenant: Tenant, now: datetime) -> CountingProgress:
    """The tenant's progress, begun where there is none."""
    rows = CountingProgress.objects.for_tenant(tenant).select_for_update()
    if (found := rows.first()) is None:
        first = CountingProgress(tenant=tenant, timezone=tenant.timezone, seq=heads([tenant.pk])[tenant.pk])
        first.back_to, first.back_to_id = now + timedelta(days=1), _LATEST
        CountingProgress.objects.bulk_create([first], ignore_conflicts=True)
        found = rows.get()
    return found


def _begin_anew(progress: CountingProgress, tenant: Tenant, head: int, now: datetime) -> None:
    for model in (CountedConversation, CountedDay, CountedOutcome):
        model.objects.for_tenant(tenant).delete()
    progress.seq, progress.timezone, progress.is_whole = head, tenant.timezone, False
    progress.back_to, progress.back_to_id = now + timedelta(days=1), _LATEST


def _count_back(progress: CountingProgress, tenant: Tenant, since: datetime) -> None:
    """The next of what there was before, the newest first."""
    earlier = Q(started_at__lt=progress.back_to) | Q(started_at=progress.back_to, pk__lt=progress.back_to_id)
    rows = Conversation.objects.for_tenant(tenant).filter(earlier, started_at__lte=progress.back_to)
    rows = rows.filter(started_at__gte=since).order_by("-started_at", "-pk")
    found = list(rows.values_list("pk", "started_at")[:BATCH])
    recount(tenant, [pk for pk, _ in found], since)
    if found:
        progress.back_to_id, progress.back_to = found[-1]
    progress.is_whole = len(found) < BATCH


def recount(tenant: Tenant, ids: Collection[uuid.UUID], since: datetime) -> None:
    """Put these conversations' shares in the place of what they were."""
    if not ids:
        return
    now = measure(tenant.pk, ids, since)
    before = {row.pk: _counted(row) for row in CountedConversation.objects.for_tenant(tenant).filter(pk__in=now)}
    changes = {pk: Change(before.get(pk), facts) for pk, facts in now.items() if before.get(pk) != facts}
    sums = Sums(tenant.tzinfo)
    for change in changes.values():
        sums.add(change)
    if changes:
        _keep(tenant, {pk: change.now for pk, change in changes.items()})
        sums.write(tenant.pk)


def _counted(row: CountedConversation) -> Facts:
    return Facts(
        row.started_at, row.qualified, row.kind, row.who, row.name, row.assistant_seconds, row.person_seconds,
        row.score, row.cost_micros, read_outcomes(row.outcomes),
    )  # fmt: skip


def _keep(tenant: Tenant, facts: dict[uuid.UUID, Facts]) -> None:
    fields = (
        "qualified", "kind", "who", "name", "assistant_seconds", "person_seconds", "score", "cost_micros", "outcomes",
    )  # fmt: skip
    rows = [
        CountedConversation(
            pk=pk,
            tenant=tenant,
            started_at=one.started_at,
            outcomes=[list(outcome) for outcome in one.outcomes],
            **{name: getattr(one, name) for name in fields if name != "outcomes"},
        )
        for pk, one in facts.items()
    ]
    CountedConversation.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)
