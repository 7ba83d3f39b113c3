"""Tries added up by hour and by quarter of a day, in the statement that logs them, for Health to read instead."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from tracking.latencies import EDGES, SLOTS

KEPT = {1: timedelta(days=2), 6: timedelta(days=8)}
"""Hours of a span -> how long it is kept: longer than the window that is read of it (`tracking.health`)."""

BATCH = 5000
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def adding(tries: str) -> str:
    """The SQL that adds tries up, from a table, or a part of one, with the columns of `tracking_attempt`.

    In one order, so that two who add at once don't wait for each other crosswise. What is a test doesn't count.
    """
    return _ADD.format(tries=tries, edges=_EDGES, slots=_COUNTED, sum=_SUM)


_EDGES = ", ".join(str(edge) for edge in EDGES)
_COUNTED = ", ".join(f"count(*) FILTER (WHERE slot = {slot})" for slot in range(SLOTS))
_SUM = ", ".join(f"t.latencies[{place}] + excluded.latencies[{place}]" for place in range(1, SLOTS + 1))
_ADD = """
    INSERT INTO tracking_attempttally AS t (id, tenant_id, endpoint_id, event_type, hours, begins_at,
                                            attempts, failures, latencies)
    SELECT gen_random_uuid(), tenant_id, endpoint_id, event_type, hours, begins_at, count(*),
           count(*) FILTER (WHERE failure <> ''), ARRAY[{slots}]
    FROM (
        SELECT tenant_id, endpoint_id, event_type, failure, hours,
               date_bin(make_interval(hours => hours), started_at, '2000-01-01 00:00:00+00') AS begins_at,
               width_bucket(duration_ms, ARRAY[{edges}]) AS slot
        FROM {tries} CROSS JOIN (VALUES (1), (6)) span (hours)
        WHERE NOT is_test
    ) a
    GROUP BY tenant_id, hours, begins_at, endpoint_id, event_type
    ORDER BY tenant_id, hours, begins_at, endpoint_id, event_type
    ON CONFLICT (tenant_id, hours, begins_at, endpoint_id, event_type) DO UPDATE SET
        attempts = t.attempts + excluded.attempts,
        failures = t.failures + excluded.failures,
        latencies = ARRAY[{sum}]
"""

_SUMS = ", ".join(f"sum(latencies[{place}])" for place in range(1, SLOTS + 1))
_READ = f"""
    SELECT event_type, endpoint_id, sum(attempts), sum(failures), ARRAY[{_SUMS}] FROM tracking_attempttally
    WHERE tenant_id = %s AND hours = %s AND begins_at >= %s
    GROUP BY event_type, endpoint_id
"""  # noqa: S608
_READ_STEPS = """
    SELECT event_type, begins_at, sum(attempts), sum(failures) FROM tracking_attempttally
    WHERE tenant_id = %s AND hours = %s AND begins_at >= %s
    GROUP BY event_type, begins_at
"""
_FORGET = """
    DELETE FROM tracking_attempttally WHERE id IN (
        SELECT id FROM tracking_attempttally WHERE hours = %s AND begins_at < %s LIMIT %s
    )
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """The tries of one event type at one endpoint since a time."""

    event_type: str
    endpoint_id: uuid.UUID
    attempts: int
    failures: int
    latencies: list[int]


def begin_of(at: datetime, hours: int) -> datetime:
    """When the span of so many hours began that this moment lies in."""
    return at - (at - _EPOCH) % timedelta(hours=hours)


def since(tenant_id: uuid.UUID, hours: int, start: datetime) -> list[Tally]:
    """All that was tried since the span that begins then."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [tenant_id, hours, start])
        return [Tally(*row) for row in cursor.fetchall()]


def steps_since(tenant_id: uuid.UUID, hours: int, start: datetime) -> list[tuple[str, datetime, int, int]]:
    """Event type, begin of a span, attempts and failures."""
    with connection.cursor() as cursor:
        cursor.execute(_READ_STEPS, [tenant_id, hours, start])
        rows: list[tuple[str, datetime, int, int]] = cursor.fetchall()
        return rows


def forget(now: datetime) -> int:
    """Delete what no window reaches any more, in parts; how many."""
    forgotten = 0
    with connection.cursor() as cursor:
        for hours, kept in KEPT.items():
            part = BATCH
            while part == BATCH:
                values: list[Any] = [hours, now - kept, BATCH]
                cursor.execute(_FORGET, values)
                part = int(cursor.rowcount)
                forgotten += part
    return forgotten
