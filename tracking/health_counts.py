"""What Health counts: the tries of a short window one by one, those of a long one by what was added up of them."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tracking import latencies, tallies
from tracking.tallies import Tally

LATELY = timedelta(minutes=15)
LEAST_ATTEMPTS = 10
LEAST_PERCENT = 10

# Sums are made of sums, so that the database sorts nothing: a percentile over all tries has to, for each of its groups.
_WITHIN = """
    FROM tracking_attempt
    WHERE tenant_id = %(tenant)s AND NOT is_test AND started_at > %(start)s AND started_at <= %(now)s
"""
_COUNT = f"""
    SELECT event_type, endpoint_id, duration_ms, count(*), count(*) FILTER (WHERE failure <> '')
    {_WITHIN} GROUP BY event_type, endpoint_id, duration_ms
"""
_COUNT_STEPS = f"""
    SELECT event_type, date_bin(%(step)s, started_at, %(start)s) AS step,
           count(*), count(*) FILTER (WHERE failure <> '')
    {_WITHIN} GROUP BY event_type, step
"""


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

    def note_steps(self, steps: Iterable[tuple[str, datetime, int, int]]) -> None:
        """Event type, begin of a step, attempts and failures."""
        for event_type, begin, attempts, failures in steps:
            self.courses[event_type][begin] = (attempts, failures)


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


@dataclass(slots=True)
class _Sum:
    """Tries added up one duration after the other."""

    attempts: int = 0
    failures: int = 0
    times: Counter[int] = field(default_factory=Counter)

    def add(self, milliseconds: int, attempts: int, failures: int) -> None:
        self.attempts += attempts
        self.failures += failures
        self.times[milliseconds] += attempts

    def figures(self) -> Figures:
        times = sorted(self.times.items())
        p50, p95 = (latencies.percentile_of(times, share) for share in (0.5, 0.95))
        return Figures(self.attempts, self.failures, p50, p95)


def count_tries(tenant_id: uuid.UUID, step: timedelta, start: datetime, now: datetime) -> Counts:
    """Of every try that began after the start."""
    values: dict[str, Any] = {"tenant": tenant_id, "step": step, "start": start, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        rows = cursor.fetchall()
        cursor.execute(_COUNT_STEPS, values)
        steps = cursor.fetchall()
    whole, by_type, by_endpoint = _Sum(), defaultdict[str, _Sum](_Sum), defaultdict[uuid.UUID, _Sum](_Sum)
    for event_type, endpoint_id, *figures in rows:
        for one in (whole, by_type[event_type], by_endpoint[endpoint_id]):
            one.add(*figures)
    counts = Counts(whole.figures())
    counts.types = {kind: one.figures() for kind, one in by_type.items()}
    counts.endpoints = {endpoint: one.figures() for endpoint, one in by_endpoint.items()}
    counts.note_steps(steps)
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
    counts.note_steps(tallies.steps_since(tenant_id, hours, start))
    return counts


def _together(found: Sequence[Tally]) -> Figures:
    counts = latencies.together([tally.latencies for tally in found])
    attempts, failures = sum(tally.attempts for tally in found), sum(tally.failures for tally in found)
    return Figures(attempts, failures, latencies.percentile(counts, 0.5), latencies.percentile(counts, 0.95))
