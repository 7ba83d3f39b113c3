"""What each try teaches about its endpoint: the breaker, and when an endpoint is given up."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from tenants import audit
from tenants.models import Verb
from tracking.models import Failure, WebhookEndpoint
from tracking.posting import Answer
from tracking.schedule import GIVES_UP_AFTER, LONGEST_REST, open_for

GONE = 410
BUSY = (429, 503)


@dataclass(slots=True)
class Lesson:
    """What a batch of tries at one endpoint comes to."""

    recovered: bool = False
    failures: int = 0  # since the last success
    since: datetime | None = None
    gone: bool = False
    rest: timedelta | None = None  # asked for by the endpoint

    def take(self, answer: Answer) -> None:
        """The next try, in the order in which they ended."""
        if answer.is_good:
            self.recovered, self.failures, self.since, self.rest = True, 0, None, None
        elif answer.failure != Failure.INTERNAL:
            self.failures += 1
            self.since = self.since or answer.started_at
            self.gone = self.gone or answer.status == GONE
            if answer.status in BUSY and answer.retry_after:
                self.rest = min(answer.retry_after, LONGEST_REST)


def learn(tries: Sequence[tuple[uuid.UUID, Answer]], now: datetime) -> None:
    """Set breakers, and disable who is gone or has failed for days; in the caller's transaction."""
    lessons: dict[uuid.UUID, Lesson] = defaultdict(Lesson)
    for endpoint_id, answer in sorted(tries, key=lambda one: one[1].started_at + timedelta(seconds=one[1].duration)):
        lessons[endpoint_id].take(answer)
    troubled = _troubled([endpoint_id for endpoint_id, lesson in lessons.items() if lesson.recovered])
    for endpoint_id, lesson in sorted(lessons.items()):
        if endpoint_id in troubled:
            recover(endpoint_id)
        if lesson.failures:
            _note_failures(endpoint_id, lesson, now)


_IN_TROUBLE = Q(failures_in_row__gt=0) | Q(failing_since__isnull=False)


def _troubled(endpoint_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Who of these has failed before: asked of all at once, for in nearly every batch it is nobody."""
    return set(WebhookEndpoint.objects.filter(_IN_TROUBLE, pk__in=endpoint_ids).values_list("pk", flat=True))


def recover(endpoint_id: uuid.UUID) -> None:
    """It has answered well. A healthy endpoint's row isn't written."""
    troubled = WebhookEndpoint.objects.filter(_IN_TROUBLE, pk=endpoint_id)
    troubled.update(failures_in_row=0, failing_since=None, open_until=None)


def _note_failures(endpoint_id: uuid.UUID, lesson: Lesson, now: datetime) -> None:
    # A volley that was in the air when the breaker opened is one trouble, not ten.
    shut = WebhookEndpoint.objects.filter(pk=endpoint_id).exclude(open_until__gt=now)
    shut.update(
        failures_in_row=F("failures_in_row") + lesson.failures,
        failing_since=Coalesce(F("failing_since"), Value(lesson.since)),
    )
    row = WebhookEndpoint.objects.filter(pk=endpoint_id).only("failures_in_row", "failing_since", "status").first()
    if row is None or not row.is_active:
        return
    pauses = [pause for pause in (open_for(row.failures_in_row), lesson.rest) if pause]
    if pauses:
        shut.update(open_until=now + max(pauses))
    if lesson.gone:
        _disable(endpoint_id, WebhookEndpoint.Reason.GONE, now)
    elif row.failing_since and row.failing_since <= now - GIVES_UP_AFTER:
        _disable(endpoint_id, WebhookEndpoint.Reason.FAILING, now)


def _disable(endpoint_id: uuid.UUID, reason: WebhookEndpoint.Reason, now: datetime) -> None:
    active = WebhookEndpoint.objects.filter(pk=endpoint_id, status=WebhookEndpoint.Status.ACTIVE)
    if active.update(
        status=WebhookEndpoint.Status.DISABLED, disabled_at=now, disabled_reason=reason, told_at=None, open_until=None
    ):
        row = WebhookEndpoint.objects.get(pk=endpoint_id)
        audit.record(Verb.WEBHOOK_DISABLED, tenant=row.tenant_id, target=row, name=row.name, reason=reason.value)
