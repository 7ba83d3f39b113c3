"""What Health counts: the tries of a short window one by one, those of a long one by what was added up of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tracking import latencies, tallies
from tracking.tallies import Tally

LATELY = timedelta(minutes=15)
LEAST_ATTEMPTS = 10
LEAST_PERCENT = 10

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
class Counts:
    """What was counted in a window."""

    whole: Figures = field(default_factory=Figures)
    types: dict[str, Figures] = field(default_factory=dict)
    endpoints: dict[uuid.UUID, Figures] = field(default_factory=dict)
    courses: dict[str, dict[datetime, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))


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


def count_tries(tenant_id: uuid.UUID, step: timedelta, start: datetime, now: datetime) -> Counts:
    """Of every try that began after the start."""
    values: dict[str, Any] = {"tenant": tenant_id, "step": step, "start": start, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        rows = cursor.fetchall()
    counts = Counts()
    for kind, event_type, endpoint_id, begin, *figures in rows:
        if kind == _WHOLE and figures[0]:
            counts.whole = Figures(*figures)
        elif kind == _BY_TYPE:
            counts.types[event_type] = Figures(*figures)
        elif kind == _BY_ENDPOINT:
            counts.endpoints[endpoint_id] = Figures(*figures)
        elif kind == _BY_STEP:
            counts.courses[event_type][begin] = (figures[0], figures[1])
    return counts


def read_tallies(tenant_id: uuid.UUID, hours: int, start: datetime) -> Counts:
    """Of every span since the one that begins then."""
    found = tallies.since(tenant_id, hours, start)
    by_type: dict[str, list[Tally]] = defaultdict(list)
    by_endpoint: dict[uuid.UUID, list[Tally]] = defaultdict(list)
    for tally in found:
        by_type[tally.event_type].append(tally)
        by_endpoint[tally.endpoint_id].append(tally)
    counts = Counts(_together(found))
    counts.types = {kind: _together(some) for kind, some in by_type.items()}
    counts.endpoints = {endpoint: _together(some) for endpoint, some in by_endpoint.items()}
    for event_type, begin, attempts, failures in tallies.steps_since(tenant_id, hours, start):
        counts.courses[event_type][begin] = (attempts, failures)
    return counts


def _together(found: Sequence[Tally]) -> Figures:
    counts = latencies.together([tally.latencies for tally in found])
    attempts, failures = sum(tally.attempts for tally in found), sum(tally.failures for tally in found)
    return Figures(attempts, failures, latencies.percentile(counts, 0.5), latencies.percentile(counts, 0.95))
