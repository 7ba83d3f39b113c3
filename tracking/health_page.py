"""Widget Tracking Health as its section shows it (`tracking/_health.html`), on the Tracking tab and by itself."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from tenants.models import Tenant
from tracking import charts, health
from tracking.models import BrowserSighting, WebhookEndpoint

NAMES = {"15m": "15 min", "24h": "24 h", "7d": "7 days"}
LONG_NAMES = {"15m": "Last 15 minutes", "24h": "Last 24 hours", "7d": "Last 7 days"}
SITES_SHOWN = 20


def context(tenant: Tenant, window: str = "24h") -> dict[str, Any]:
    """All that the section shows: `tracking/_health.html`."""
    window = window if window in NAMES else "24h"
    now = timezone.now()
    measured = health.measure(tenant.pk, window, now)
    failures = health.recent_failures(tenant.pk, measured.start)
    sites = BrowserSighting.objects.for_tenant(tenant).order_by("-last_at")[:SITES_SHOWN]
    return {
        "health": measured,
        "failures": failures,
        "verdicts": health.verdicts(failures, measured.whole.p95, measured.whole.attempts),
        "courses": [(row, charts.bars(row.course)) for row in measured.types],
        "warning": health.lately(tenant.pk, now),
        "warning_title": health.WARNING,
        "windows": _windows(window),
        "window_name": LONG_NAMES[window],
        "probed": [row.endpoint for row in measured.endpoints if row.endpoint],
        "has_endpoints": WebhookEndpoint.objects.for_tenant(tenant).exists(),
        "sites": sites,
        "labels": health.LABELS,
    }


def _windows(chosen: str) -> list[dict[str, Any]]:
    here = reverse("webhooks:health")
    return [
        {"label": name, "value": key, "url": f"{here}?window={key}", "current": key == chosen}
        for key, name in NAMES.items()
    ]
