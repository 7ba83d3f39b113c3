"""Take probes that were asked for under a lease, and write down what they found. No transaction is open in between."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from conversations import realtime
from tenants.ownership import new_id
from tracking.leasing import HEALTH_CHANGED, post_for
from tracking.models import EndpointProbe, WebhookEndpoint
from tracking.models.probe import PATIENCE
from tracking.posting import Post
from tracking.probes import sending
from tracking.redaction import redact

LEASE = timedelta(seconds=40)
"""Longer than two requests can take (15 s each) by what writing the result may need."""

_CLAIM = """
    WITH due AS (
        SELECT id FROM tracking_endpointprobe
        WHERE due_at <= clock_timestamp() AND asked_at > clock_timestamp() - %(patience)s
        ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE tracking_endpointprobe p SET lease = %(lease)s, due_at = clock_timestamp() + %(lasts)s
    FROM due, tracking_webhookendpoint e
    WHERE p.id = due.id AND e.id = p.endpoint_id
    RETURNING p.id, p.tenant_id, e.id, e.url, e.sealed
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A probe in our hands for as long as the lease lasts."""

    id: uuid.UUID
    tenant_id: uuid.UUID
    lease: uuid.UUID
    post: Post


@transaction.atomic
def claim(most: int) -> list[Claimed]:
    """Lease probes that wait, or whose worker died, the longest due first."""
    lease = uuid.uuid4()
    values: dict[str, Any] = {"lease": lease, "lasts": LEASE, "patience": PATIENCE, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        return [_claimed(lease, *row) for row in cursor.fetchall()]


@transaction.atomic
def finish(claimed: Claimed, found: sending.Findings) -> bool:
    """Store what was found; False when the lease was over and somebody else has it, or the endpoint is gone."""
    ours = EndpointProbe.objects.for_tenant(claimed.tenant_id).filter(pk=claimed.id, lease=claimed.lease)
    stored = ours.update(due_at=None, lease=None, **_columns(found)) > 0
    if stored:
        transaction.on_commit(partial(realtime.nudge, claimed.tenant_id, HEALTH_CHANGED))
    return stored


def _claimed(lease: uuid.UUID, pk: uuid.UUID, tenant: uuid.UUID, endpoint_id: uuid.UUID, *values: Any) -> Claimed:
    """Signed with the new secret alone: a server that knows only the old one is found before that ceases to sign."""
    url, sealed = values
    endpoint = WebhookEndpoint(id=endpoint_id, tenant_id=tenant, sealed=sealed)
    return Claimed(pk, tenant, lease, post_for(endpoint, url, new_id(), sending.body(sending.RIGHT)))


def _columns(found: sending.Findings) -> dict[str, Any]:
    answer, forged = found.answer, found.forged
    return {
        "checked_at": found.checked_at,
        "url": found.url,
        "status_code": answer.status,
        "failure": answer.failure,
        "error": redact(answer.error)[:300],
        "duration_ms": round(answer.duration * 1000),
        "connected_ms": found.connected_ms,
        "certificate_until": found.certificate_until,
        "is_forgery_sent": forged is not None,
        "forged_status_code": forged.status if forged else None,
    }
