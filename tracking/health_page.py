"""Widget Tracking Health as its section shows it (`tracking/_health.html`), on the Tracking tab and by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tenants.models import Tenant
from tracking import charts, health, health_counts
from tracking.health import Health
from tracking.models import BrowserSighting, FailRateEpisode
from tracking.probes import reports
from tracking.probes.overview import look_over
from tracking.probes.reports import Report
from tracking.probes.verdicts import Logged

NAMES = {"15m": "15 min", "24h": "24 h", "7d": "7 days"}
LONG_NAMES = {"15m": "Last 15 minutes", "24h": "Last 24 hours", "7d": "Last 7 days"}
SITES_SHOWN = 20
ENDPOINTS_SHOWN = 10  # the most failing; the others are folded away


def context(tenant: Tenant, window: str = "24h") -> dict[str, Any]:
    """All that the section shows: `tracking/_health.html`."""
    window = window if window in NAMES else "24h"
    now = timezone.now()
    measured = health.measure(tenant.pk, window, now)
    lately = health.lately(tenant.pk, measured)
    probed = probes(tenant, measured)
    sites = BrowserSighting.objects.for_tenant(tenant).order_by("-last_at")[:SITES_SHOWN]
    return {
        "health": measured,
        "failures": health.recent_failures(tenant.pk, measured),
        "probes": probed,
        "overview": look_over(probed),
        "is_probing": any(one.is_running for one in probed),
        "first_endpoints": measured.endpoints[:ENDPOINTS_SHOWN],
        "other_endpoints": measured.endpoints[ENDPOINTS_SHOWN:],
        "others_failed": sum(row.failures > 0 for row in measured.endpoints[ENDPOINTS_SHOWN:]),
        "courses": [(row, charts.bars(row.course)) for row in measured.types],
        "warning": lately,
        "warning_title": health.WARNING,
        "findings": _findings(tenant, probed, now) if lately.is_high else None,
        "windows": _windows(window),
        "window_name": LONG_NAMES[window],
        "sites": sites,
        "labels": health.LABELS,
    }


def probes(tenant: Tenant, measured: Health) -> list[Report]:
    """What is known of every endpoint, with the window's own p95."""
    logged = {row.endpoint.pk: Logged(row.attempts, row.p95) for row in measured.endpoints}
    return reports.report(tenant.pk, measured.known, logged, measured.now)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the warning can say of its cause."""

    are_fresh: bool
    blamed: list[Report]


def _findings(tenant: Tenant, probed: list[Report], now: datetime) -> Findings:
    """What was found since the warning came up, or in the fifteen minutes that it is about; the gravest only."""
    running = FailRateEpisode.objects.for_tenant(tenant).filter(ended_at=None).values_list("began_at", flat=True)
    since = min([*running, now - health_counts.LATELY])
    fresh = [one for one in probed if one.probe and one.probe.checked_at and one.probe.checked_at >= since]
    worst = next((state for state in ("bad", "warn") if any(one.state == state for one in fresh)), None)
    return Findings(bool(fresh), [one for one in fresh if worst and one.state == worst])


def _windows(chosen: str) -> list[dict[str, Any]]:
    here = reverse("webhooks:health")
    return [
        {"label": name, "value": key, "url": f"{here}?window={key}", "current": key == chosen}
        for key, name in NAMES.items()
    ]
