"""Tell the admins, once: of a high fail-rate, and of an endpoint that was disabled.

What is to be told is a row, claimed by one conditional UPDATE before the mail goes out; a mail server that is down
gives it back. So no broker that forgets, and no two workers, make it none or two.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from structlog import get_logger

from tenants.models import Membership, Role
from tenants.ownership import new_id
from tracking.health import WARNING, known_endpoints
from tracking.health_counts import LATELY, LEAST_ATTEMPTS, LEAST_PERCENT
from tracking.models import EndpointProbe, FailRateEpisode, WebhookEndpoint
from tracking.models.probe import PATIENCE
from tracking.probes import asking, reports

logger = get_logger("autochat.webhooks")
BATCH = 100
WAITS_FOR_PROBES = timedelta(seconds=50)
"""Longer than a probe takes, shorter than the minute after which beat rings again: a mail is one ring late at most."""

_HIGH = """
    SELECT tenant_id, count(*), count(*) FILTER (WHERE failure <> '') FROM tracking_attempt
    WHERE NOT is_test AND started_at > %s AND started_at <= %s
    GROUP BY tenant_id
    HAVING count(*) >= %s AND count(*) FILTER (WHERE failure <> '') * 100 >= count(*) * %s
"""
_BEGIN = """
    INSERT INTO tracking_failrateepisode (id, tenant_id, began_at, attempts, failures) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (tenant_id) WHERE ended_at IS NULL DO NOTHING
"""


def watch(now: datetime) -> None:
    """Begin an episode for every tenant whose rate is high now, and end those whose isn't."""
    with connection.cursor() as cursor:
        cursor.execute(_HIGH, [now - LATELY, now, LEAST_ATTEMPTS, LEAST_PERCENT])
        high = cursor.fetchall()
    for tenant_id, attempts, failures in high:
        _begin(tenant_id, now, attempts, failures)
    running = FailRateEpisode.objects.filter(ended_at=None)
    running.exclude(tenant__in=[row[0] for row in high]).update(ended_at=now)


@transaction.atomic
def _begin(tenant_id: uuid.UUID, now: datetime, attempts: int, failures: int) -> None:
    """Of two who see it at once one begins the episode, and has those probed that fail: once of each."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [new_id(), tenant_id, now, attempts, failures])
        if cursor.rowcount:
            asking.ask_at_warning(tenant_id, now - LATELY)


def tell_admins() -> int:
    """Send the mails that are due; how many episodes and endpoints they were about."""
    episodes = _ripe(FailRateEpisode.objects.filter(told_at=None), timezone.now())
    disabled = WebhookEndpoint.objects.filter(told_at=None, status=WebhookEndpoint.Status.DISABLED)
    told = 0
    for episode in episodes.select_related("tenant")[:BATCH]:
        context = {"episode": episode, "url": _url(reverse("widgets:settings") + "?tab=tracking#health")}
        context |= _found(episode)
        told += _tell(episodes, episode, WARNING, "fail_rate", context)
    for endpoint in disabled.select_related("tenant")[:BATCH]:
        context = {"endpoint": endpoint, "url": _url(reverse("webhooks:endpoint", args=[endpoint.pk]))}
        told += _tell(disabled, endpoint, f"Webhooks to {endpoint.host} are stopped", "disabled", context)
    return told


def _ripe(episodes: QuerySet[FailRateEpisode], now: datetime) -> QuerySet[FailRateEpisode]:
    """Those whose probes have ended, or had time enough: a mail waits for them, but not for long."""
    running = EndpointProbe.objects.filter(tenant=OuterRef("tenant"), due_at__isnull=False, asked_at__gt=now - PATIENCE)
    return episodes.exclude(Exists(running), began_at__gt=now - WAITS_FOR_PROBES)


def _found(episode: FailRateEpisode) -> dict[str, Any]:
    """What the probes have found since the episode began."""
    now = timezone.now()
    probes = EndpointProbe.objects.for_tenant(episode.tenant).filter(
        Q(checked_at__gte=episode.began_at - LATELY) | Q(asked_at__gte=episode.began_at)
    )
    probed = set(probes.values_list("endpoint", flat=True))
    endpoints = [one for one in known_endpoints(episode.tenant_id) if one.pk in probed]
    found = reports.report(episode.tenant_id, endpoints, {}, now)
    return {"reports": found}


def _tell(
    untold: QuerySet[Any], row: FailRateEpisode | WebhookEndpoint, subject: str, template: str, context: dict[str, Any]
) -> bool:
    if not untold.filter(pk=row.pk).update(told_at=timezone.now()):
        return False
    body = render_to_string(f"tracking/email/{template}.txt", context | {"tenant": row.tenant})
    try:
        EmailMessage(subject, body, None, [], bcc=_admins(row.tenant_id)).send()
    except OSError as problem:
        type(row).objects.filter(pk=row.pk).update(told_at=None)
        logger.warning("admins not told", tenant_id=str(row.tenant_id), problem=type(problem).__name__)
        return False
    return True


def _admins(tenant_id: uuid.UUID) -> list[str]:
    people = Membership.objects.filter(Q(role=Role.ADMIN) | Q(role=Role.OWNER), tenant=tenant_id)
    return sorted(people.values_list("user__email", flat=True))


def _url(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
