"""Take due deliveries out of the queue under a lease, and write down how they went.

A lease is a token and a time: while it lasts nobody else takes the delivery (its `due_at` lies behind it), and when it
is over the token fences the late result of whoever held it. No transaction is open while anything is sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from conversations import realtime
from tenants.ownership import new_id
from tenants.sealing import SecretUnreadable
from tenants.statements import Statement
from tracking import endpoint_health, tallies
from tracking.answers import shown
from tracking.models import Delivery, WebhookEndpoint
from tracking.posting import Answer, Post
from tracking.redaction import redact
from tracking.schedule import BREAKS_AT, next_gap
from tracking.webhook_secrets import open_secrets

LEASE = timedelta(seconds=20)
"""Longer than a try can take (15 s) by what writing its result may need."""

IN_FLIGHT = 10  # tries at one endpoint at a time; one while its breaker is half open

HEALTH_CHANGED = "tracking:health"  # what admins' open pages hear, so that Health and the log are fresh

_CLAIMING = 0x7765_6268  # the advisory lock under which one process at a time counts and claims

# The endpoints with anything pending are found by hopping along the index from one to the next.
_CLAIM = """
    WITH RECURSIVE waiting AS (
        (SELECT endpoint_id FROM tracking_delivery WHERE state = 'pending' ORDER BY endpoint_id LIMIT 1)
        UNION ALL
        SELECT (SELECT d.endpoint_id FROM tracking_delivery d
                WHERE d.state = 'pending' AND d.endpoint_id > waiting.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
        FROM waiting WHERE waiting.endpoint_id IS NOT NULL
    ), ready AS (
        SELECT e.id, CASE WHEN e.failures_in_row >= %(breaks_at)s THEN 1 ELSE %(in_flight)s END - (
            SELECT count(*) FROM tracking_delivery f
            WHERE f.endpoint_id = e.id AND f.lease IS NOT NULL AND f.due_at > clock_timestamp()
        ) AS room
        FROM waiting JOIN tracking_webhookendpoint e ON e.id = waiting.endpoint_id
        WHERE e.status = 'active' AND (e.open_until IS NULL OR e.open_until <= clock_timestamp())
    ), picked AS (
        SELECT due.id FROM ready CROSS JOIN LATERAL (
            SELECT d.id, d.due_at FROM tracking_delivery d
            WHERE d.endpoint_id = ready.id AND d.state = 'pending' AND d.due_at <= clock_timestamp()
            ORDER BY d.due_at LIMIT greatest(ready.room, 0) FOR UPDATE SKIP LOCKED
        ) due
        ORDER BY due.due_at LIMIT %(most)s
    )
    UPDATE tracking_delivery d SET lease = %(lease)s, due_at = clock_timestamp() + %(lasts)s
    FROM picked, tracking_webhookevent v, tracking_webhookendpoint e
    WHERE d.id = picked.id AND v.id = d.event_id AND e.id = d.endpoint_id
    RETURNING d.id, d.tenant_id, d.endpoint_id, d.is_test, d.tries, d.attempts,
              v.id, v.body, e.url, e.sealed, e.previous_sealed, e.previous_until
"""

_FINISH = """
    UPDATE tracking_delivery d
    SET state = r.state, due_at = r.due_at, lease = NULL, tries = d.tries + 1, attempts = d.attempts + 1,
        finished_at = CASE WHEN r.state = 'pending' THEN NULL ELSE clock_timestamp() END
    FROM unnest(%(ids)s::uuid[], %(leases)s::uuid[], %(states)s::text[], %(dues)s::timestamptz[])
         AS r (id, lease, state, due_at)
    WHERE d.id = r.id AND d.lease = r.lease
"""

# Also what a fenced one tried: it did happen. Not what was deleted meanwhile. What is logged is added up with it, so
# what was logged before counts no second time. Long, so the server plans it once.
_LOG = Statement(f"""
    WITH logged AS (
        INSERT INTO tracking_attempt (id, tenant_id, delivery_id, endpoint_id, event_type, is_test, number, started_at,
                                      duration_ms, status_code, failure, error, response)
        SELECT r.id, d.tenant_id, d.id, d.endpoint_id, d.event_type, d.is_test, r.number, r.started_at, r.ms, r.status,
               r.failure, r.error, r.response
        FROM unnest(%(log_ids)s::uuid[], %(ids)s::uuid[], %(numbers)s::int[], %(starts)s::timestamptz[], %(ms)s::int[],
                    %(codes)s::smallint[], %(failures)s::text[], %(errors)s::text[], %(responses)s::text[])
             AS r (id, delivery_id, number, started_at, ms, status, failure, error, response)
        JOIN tracking_delivery d ON d.id = r.delivery_id
        FOR KEY SHARE OF d
        ON CONFLICT (id) DO NOTHING
        RETURNING tenant_id, endpoint_id, event_type, is_test, started_at, duration_ms, failure
    )
    {tallies.adding("logged")}
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in our hands for as long as the lease lasts."""

    id: uuid.UUID
    tenant_id: uuid.UUID
    endpoint_id: uuid.UUID
    lease: uuid.UUID
    tries: int
    attempts: int
    post: Post
    is_test: bool = False  # one try, and nothing follows from it


@dataclass(frozen=True, slots=True)
class Tried:
    """A claimed delivery and how its try went."""

    log_id: uuid.UUID
    claimed: Claimed
    answer: Answer


def tried(claimed: Claimed, answer: Answer) -> Tried:
    """With the log entry's id, so that writing it twice writes it once."""
    return Tried(new_id(), claimed, answer)


@transaction.atomic
def turn(done: Sequence[Tried], room: int) -> list[Claimed]:
    """Write down what is done and take at most `room` more: one transaction, safe to run again."""
    if done:
        finish(done)
    return claim(room) if room > 0 else []


def claim(most: int) -> list[Claimed]:
    """Lease due deliveries, the longest due first, never more of one endpoint than it may have in flight."""
    lease = uuid.uuid4()
    values: dict[str, Any] = {
        "breaks_at": BREAKS_AT,
        "in_flight": IN_FLIGHT,
        "lasts": LEASE,
        "lease": lease,
        "most": most,
    }
    with connection.cursor() as cursor:
        # Of two that count at once each would think the room is theirs. In its own statement: it ends before the
        # next one's snapshot is taken.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CLAIMING])
        cursor.execute(_CLAIM, values)
        return [_claimed(lease, row) for row in cursor.fetchall()]


def finish(done: Sequence[Tried]) -> None:
    """Store the results, in one order, so that two who do so at once don't wait for each other crosswise."""
    done = sorted(done, key=lambda one: one.claimed.id)
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, _outcomes(done, now))
    _LOG.run(_log(done))
    for tenant_id in {one.claimed.tenant_id for one in done}:
        transaction.on_commit(partial(realtime.nudge, tenant_id, HEALTH_CHANGED))
    endpoint_health.learn([(one.claimed.endpoint_id, one.answer) for one in done if not one.claimed.is_test], now)


def _claimed(lease: uuid.UUID, row: Sequence[Any]) -> Claimed:
    delivery, tenant, endpoint_id, is_test, tries, attempts, event, body, url, *sealed = row
    endpoint = WebhookEndpoint(id=endpoint_id, tenant_id=tenant)
    endpoint.sealed, endpoint.previous_sealed, endpoint.previous_until = sealed
    post = post_for(endpoint, url, event, bytes(body))
    return Claimed(delivery, tenant, endpoint_id, lease, tries, attempts, post, is_test)


def post_for(endpoint: WebhookEndpoint, url: str, event_id: uuid.UUID, body: bytes) -> Post:
    """What is to be sent, signed with whatever signs now."""
    try:
        return Post(event_id, url, body, open_secrets(endpoint, timezone.now()))
    except SecretUnreadable:
        return Post(event_id, url, body, (), problem="The endpoint's secret can't be read. Rotate it.")


def _outcomes(done: Sequence[Tried], now: datetime) -> dict[str, Any]:
    fates = [_fate(one, now) for one in done]
    return {
        "ids": [one.claimed.id for one in done],
        "leases": [one.claimed.lease for one in done],
        "states": [state for state, _ in fates],
        "dues": [due for _, due in fates],
    }


def _fate(one: Tried, now: datetime) -> tuple[str, datetime]:
    if one.answer.is_good:
        return Delivery.State.DELIVERED, now
    gap = None if one.claimed.is_test else next_gap(one.claimed.tries + 1, wish=one.answer.retry_after)
    return (Delivery.State.DEAD, now) if gap is None else (Delivery.State.PENDING, now + gap)


def _log(done: Sequence[Tried]) -> dict[str, Any]:
    answers = [one.answer for one in done]
    return {
        "log_ids": [one.log_id for one in done],
        "ids": [one.claimed.id for one in done],
        "numbers": [one.claimed.attempts + 1 for one in done],
        "starts": [answer.started_at for answer in answers],
        "ms": [round(answer.duration * 1000) for answer in answers],
        "codes": [answer.status for answer in answers],
        "failures": [str(answer.failure) for answer in answers],
        "errors": [redact(answer.error)[:300] for answer in answers],
        "responses": [shown(answer.body) for answer in answers],
    }
