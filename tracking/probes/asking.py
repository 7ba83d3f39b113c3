"""Ask for probes. One of an endpoint at a time: a wish while one is under way, or has just been, begins nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from structlog import get_logger

from conversations import realtime
from tenants.models import Place
from tenants.ownership import new_id
from tracking.bell import Bell
from tracking.leasing import HEALTH_CHANGED
from tracking.models import EndpointProbe, WebhookEndpoint
from tracking.models.probe import PATIENCE

logger = get_logger("autochat.webhooks")

PROBE = "tracking.tasks.probe_endpoints"
BELL_EXPIRES = 30  # seconds; beat has rung often by then
PAUSE = timedelta(seconds=10)
"""Between two of one endpoint: each sends two requests to somebody's server."""
TOO_SOON = "Checked a moment ago. Wait a few seconds, then check again."
AT_A_WARNING = 10  # endpoints that are probed by themselves, those that failed most

# In the order of the endpoints, so that two who ask at once don't wait for each other crosswise.
_ASK = """
    INSERT INTO tracking_endpointprobe AS p
        (id, tenant_id, endpoint_id, asked_at, asked_by_id, asked_by_token, by_warning, due_at, url, failure, error,
         duration_ms, is_forgery_sent)
    SELECT n.id, e.tenant_id, e.id, %(now)s, %(by)s, %(token)s, %(warning)s, clock_timestamp(), '', '', '', 0, false
    FROM unnest(%(ids)s::uuid[], %(endpoints)s::uuid[]) AS n (id, endpoint_id)
         JOIN tracking_webhookendpoint e ON e.id = n.endpoint_id
    WHERE e.tenant_id = %(tenant)s
    ORDER BY e.id FOR KEY SHARE OF e
    ON CONFLICT (endpoint_id) DO UPDATE
    SET asked_at = excluded.asked_at, asked_by_id = excluded.asked_by_id, asked_by_token = excluded.asked_by_token,
        by_warning = excluded.by_warning,
        due_at = excluded.due_at, lease = NULL
    WHERE (p.due_at IS NULL AND p.asked_at <= %(now)s - %(pause)s) OR p.asked_at <= %(now)s - %(patience)s
"""
_FAILING = """
    SELECT a.endpoint_id FROM tracking_attempt a JOIN tracking_webhookendpoint e ON e.id = a.endpoint_id
    WHERE a.tenant_id = %s AND NOT a.is_test AND a.started_at > %s AND a.failure <> '' AND e.status = 'active'
    GROUP BY a.endpoint_id ORDER BY count(*) DESC, a.endpoint_id LIMIT %s
"""

bell = Bell(lambda: current_app.send_task(PROBE, retry=False, expires=BELL_EXPIRES))


def ask(tenant_id: uuid.UUID, endpoints: Sequence[uuid.UUID], *, by: Place | None) -> int:
    """Have these endpoints of a tenant probed, whatever their status; how many begin. Without `by` it is a warning."""
    if not endpoints:
        return 0
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "now": timezone.now(),
        "by": by and by.person_id,
        "token": by.token_label if by else "",
        "warning": by is None,
        "ids": [new_id() for _ in endpoints],
        "endpoints": list(endpoints),
        "patience": PATIENCE,
        "pause": PAUSE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ASK, values)
        begun = int(cursor.rowcount)
        if begun:
            transaction.on_commit(partial(realtime.nudge, tenant_id, HEALTH_CHANGED))
            bell.on_commit()
    logger.info(
        "probes asked for", tenant_id=str(tenant_id), by=str(values["by"] or (by.pk if by else "warning")), begun=begun
    )
    return begun


def ask_all(tenant_id: uuid.UUID, *, by: Place) -> int:
    """Have all of a tenant's endpoints probed; how many begin now."""
    return ask(tenant_id, list(WebhookEndpoint.objects.for_tenant(tenant_id).values_list("pk", flat=True)), by=by)


def is_too_soon(tenant_id: uuid.UUID, endpoint_id: uuid.UUID | None = None) -> bool:
    """Why a wish for one endpoint or all began nothing: not that it is under way, but that it has just been."""
    probes = EndpointProbe.objects.for_tenant(tenant_id)
    probes = probes.filter(endpoint=endpoint_id) if endpoint_id else probes
    return probes.exists() and not probes.filter(due_at__isnull=False).exists()


def ask_at_warning(tenant_id: uuid.UUID, since: datetime) -> int:
    """Have those probed that have failed since then, in the transaction that begins the episode."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILING, [tenant_id, since, AT_A_WARNING])
        failing = [row[0] for row in cursor.fetchall()]
    return ask(tenant_id, failing, by=None)
