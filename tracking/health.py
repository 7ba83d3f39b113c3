"""Widget Tracking Health: how webhooks fared lately, in two statements whatever the number of rows (contract §6)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tracking.models import Attempt, EventType, LogEvent, WebhookEndpoint
from tracking.models.webhook import tell_apart

WINDOWS = {"15m": timedelta(minutes=15), "24h": timedelta(hours=24), "7d": timedelta(days=7)}
STEPS = {"15m": timedelta(minutes=1), "24h": timedelta(hours=1), "7d": timedelta(hours=6)}
LATELY = WINDOWS["15m"]
WARNING = "High webhook fail-rate"
LEAST_ATTEMPTS = 10
LEAST_PERCENT = 10
FAILURES_SHOWN = 20

LABELS = {**dict(EventType.choices), **dict(LogEvent.choices)}

# One pass over the window's attempts: the whole, by event type, by endpoint, and by type and step for the charts.
_COUNT = """
    SELECT grouping(event_type, endpoint_id, step) AS kind, event_type, endpoint_id, step, count(*),
           count(*) FILTER (WHERE failure <> ''),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms),
           percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms)
    FROM (
        SELECT event_type, endpoint_id, failure, duration_ms, date_bin(%(step)s, started_at, %(start)s) AS step
        FROM tracking_attempt
        WHERE tenant_id = %(tenant)s AND NOT is_test AND started_at > %(start)s AND started_at <= %(now)s
    ) a
    GROUP BY GROUPING SETS ((), (event_type), (endpoint_id), (event_type, step))
"""
_WHOLE, _BY_TYPE, _BY_ENDPOINT, _BY_STEP = 0b111, 0b011, 0b101, 0b010


@dataclass(slots=True)
class Figures:
    """How one kind of delivery fared."""

    attempts: int = 0
    failures: int = 0
    p50: int = 0  # milliseconds
    p95: int = 0

    @property
    def rate(self) -> float:
        """Failures in percent."""
        return 100 * self.failures / self.attempts if self.attempts else 0.0

    @property
    def is_high(self) -> bool:
        return is_high(self.attempts, self.failures)


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

    endpoint: WebhookEndpoint | None = None


@dataclass(slots=True)
class Health:
    """All of it."""

    window: str
    start: datetime
    now: datetime
    whole: Figures = field(default_factory=Figures)
    types: list[TypeFigures] = field(default_factory=list)
    endpoints: list[EndpointFigures] = field(default_factory=list)
    known: list[WebhookEndpoint] = field(default_factory=list)  # every endpoint, also those that were not told


def is_high(attempts: int, failures: int) -> bool:
    """Whether so many failures call for the warning."""
    return attempts >= LEAST_ATTEMPTS and failures * 100 >= attempts * LEAST_PERCENT


def lately(tenant_id: uuid.UUID, now: datetime) -> Figures:
    """The last fifteen minutes, on which the warning rests; what is exactly that old is out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE failure <> '') FROM tracking_attempt"
            " WHERE tenant_id = %s AND NOT is_test AND started_at > %s AND started_at <= %s",
            [tenant_id, now - LATELY, now],
        )
        attempts, failures = cursor.fetchone()
    return Figures(attempts, failures)


def measure(tenant_id: uuid.UUID, window: str, now: datetime) -> Health:
    """The figures of a window, the most failing first."""
    health = Health(window, now - WINDOWS[window], now)
    values: dict[str, Any] = {"tenant": tenant_id, "step": STEPS[window], "start": health.start, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        rows = cursor.fetchall()
    health.known = known_endpoints(tenant_id)
    endpoints = {endpoint.pk: endpoint for endpoint in health.known}
    courses: dict[str, dict[datetime, tuple[int, int]]] = {}
    for kind, event_type, endpoint_id, step, count, failed, p50, p95 in rows:
        if kind == _WHOLE and count:
            health.whole = Figures(count, failed, p50, p95)
        elif kind == _BY_TYPE:
            health.types.append(TypeFigures(count, failed, p50, p95, event_type))
        elif kind == _BY_ENDPOINT:
            health.endpoints.append(EndpointFigures(count, failed, p50, p95, endpoints.get(endpoint_id)))
        elif kind == _BY_STEP:
            courses.setdefault(event_type, {})[step] = (count, failed)
    for row in health.types:
        row.course = _course(courses.get(row.event_type, {}), health, STEPS[window])
    health.types.sort(key=lambda row: (-row.failures, row.label))
    health.endpoints.sort(key=lambda row: -row.failures)
    return health


def known_endpoints(tenant_id: uuid.UUID) -> list[WebhookEndpoint]:
    """All that a tenant has, each by a name of its own."""
    known = list(WebhookEndpoint.objects.for_tenant(tenant_id).defer("sealed", "previous_sealed").in_order())
    tell_apart(known)
    return known


def _course(found: dict[datetime, tuple[int, int]], health: Health, step: timedelta) -> list[tuple[int, int]]:
    """Every step of the window, also those in which nothing happened."""
    steps = int((health.now - health.start) / step)
    return [found.get(health.start + step * number, (0, 0)) for number in range(steps)]


def recent_failures(tenant_id: uuid.UUID, health: Health) -> list[Attempt]:
    """The latest tries of the window that failed, with what is needed to show them."""
    known = {endpoint.pk: endpoint for endpoint in health.known}
    failed = Attempt.objects.for_tenant(tenant_id).counted().exclude(failure="")
    failed = failed.filter(started_at__gt=health.start, endpoint__in=known)
    rows = failed.select_related("delivery__event").defer("response", "delivery__event__body")
    found = list(rows.order_by("-started_at", "-id")[:FAILURES_SHOWN])
    for row in found:
        row.endpoint = known[row.endpoint_id]
    return found
