"""Widget Tracking Health: how webhooks fared lately, in a few statements whatever the number of rows (contract §6).

Fifteen minutes are counted from the tries themselves, to the microsecond, for the warning rests on them. Longer windows
are read off `tallies`: they begin with a whole hour or quarter of a day, and their percentiles are within 5 %.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F

from tracking import health_counts, tallies
from tracking.health_counts import LATELY, Counts, Figures, count_tries, read_tallies
from tracking.models import Attempt, EventType, LogEvent, WebhookEndpoint
from tracking.models.webhook import tell_apart

WINDOWS = {"15m": LATELY, "24h": timedelta(hours=24), "7d": timedelta(days=7)}
STEPS = {"15m": timedelta(minutes=1), "24h": timedelta(hours=1), "7d": timedelta(hours=6)}
TALLIED = {"24h": 1, "7d": 6}  # the hours of the spans that a long window is made of
WARNING = "High webhook fail-rate"
FAILURES_SHOWN = 20

LABELS = {**dict(EventType.choices), **dict(LogEvent.choices)}


@dataclass(slots=True)
class TypeFigures(Figures):
    """Of one event type, with its course."""

    event_type: str = ""
    course: list[tuple[int, int]] = field(default_factory=list)  # attempts and failures of each step

    @property
    def label(self) -> str:
        return LABELS.get(self.event_type, self.event_type)


@dataclass(slots=True)
class EndpointFigures(Figures):
    """Of one endpoint."""

    endpoint: WebhookEndpoint = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Health:
    """All of it."""

    window: str
    start: datetime
    now: datetime
    whole: Figures
    types: list[TypeFigures]
    endpoints: list[EndpointFigures]
    known: list[WebhookEndpoint]  # every endpoint, also those that were not told

    @property
    def is_tallied(self) -> bool:
        """Whether it begins with a whole span, and has rounded percentiles."""
        return self.window in TALLIED


def measure(tenant_id: uuid.UUID, window: str, now: datetime) -> Health:
    """The figures of a window, the most failing first."""
    start, step = now - WINDOWS[window], STEPS[window]
    if hours := TALLIED.get(window):
        start = tallies.begin_of(start, hours)
        counts = read_tallies(tenant_id, hours, start)
    else:
        counts = count_tries(tenant_id, step, start, now)
    known = known_endpoints(tenant_id)
    steps = [start + step * number for number in range(-((start - now) // step))]
    types = [_of_type(kind, figures, counts, steps) for kind, figures in counts.types.items()]
    endpoints = [_of_endpoint(one, counts.endpoints[one.pk]) for one in known if one.pk in counts.endpoints]
    return Health(
        window,
        start,
        now,
        counts.whole,
        sorted(types, key=lambda row: (-row.failures, row.label)),
        sorted(endpoints, key=lambda row: -row.failures),
        known,
    )


def _of_type(event_type: str, figures: Figures, counts: Counts, steps: Sequence[datetime]) -> TypeFigures:
    """With every step of the window, also those in which nothing happened."""
    found = counts.courses[event_type]
    course = [found.get(step, (0, 0)) for step in steps]
    return TypeFigures(figures.attempts, figures.failures, figures.p50, figures.p95, event_type, course)


def _of_endpoint(endpoint: WebhookEndpoint, figures: Figures) -> EndpointFigures:
    return EndpointFigures(figures.attempts, figures.failures, figures.p50, figures.p95, endpoint=endpoint)


def lately(tenant_id: uuid.UUID, health: Health) -> Figures:
    """The last fifteen minutes, on which the warning rests: counted already where they are the window."""
    return health_counts.lately(tenant_id, health.now) if health.is_tallied else health.whole


def known_endpoints(tenant_id: uuid.UUID) -> list[WebhookEndpoint]:
    """All that a tenant has, each by a name of its own."""
    known = list(WebhookEndpoint.objects.for_tenant(tenant_id).defer("sealed", "previous_sealed").in_order())
    tell_apart(known)
    return known


def recent_failures(tenant_id: uuid.UUID, health: Health) -> list[Attempt]:
    """The latest tries of the window that failed, with what is needed to show them."""
    known = {endpoint.pk: endpoint for endpoint in health.known}
    failed = Attempt.objects.for_tenant(tenant_id).counted().exclude(failure="")
    failed = failed.filter(started_at__gt=health.start, endpoint__in=known)
    rows = failed.annotate(request_id=F("delivery__event__request_id")).defer("response")
    found = list(rows.order_by("-started_at", "-id")[:FAILURES_SHOWN])
    for row in found:
        row.endpoint = known[row.endpoint_id]
    return found
