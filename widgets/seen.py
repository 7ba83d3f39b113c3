"""The sites on which the widget has loaded: a site that falls silent, or that never spoke, is worth a look."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from tenants.ownership import new_id
from widgets.domains import site_of
from widgets.models import SiteSeen

EVENT = "widget_loaded"
MOST_SITES = 200  # a tenant's: a page can call itself anything
KEPT = timedelta(days=30)
ONCE = timedelta(hours=1)  # from first to last: it came by, and made room for nobody
ONCE_KEPT = timedelta(days=2)
_UPSERT = """
    INSERT INTO widgets_siteseen AS seen (id, tenant_id, host, first_at, last_at)
    SELECT %(id)s, %(tenant)s, %(host)s, clock_timestamp(), clock_timestamp()
    WHERE (SELECT count(*) FROM widgets_siteseen WHERE tenant_id = %(tenant)s) < %(most)s
        OR EXISTS (SELECT FROM widgets_siteseen WHERE tenant_id = %(tenant)s AND host = %(host)s)
    ON CONFLICT (tenant_id, host) DO UPDATE SET last_at = clock_timestamp()
        WHERE seen.last_at < clock_timestamp() - interval '10 seconds'
"""


def note(tenant_id: uuid.UUID, source: str | None) -> None:
    """Note that the widget has just loaded on this site; one statement, which writes every ten seconds at most.

    Our own previews are no sites.
    """
    site = site_of(source)
    if site is None or site == site_of(settings.PUBLIC_URL):
        return
    values: dict[str, Any] = {"id": new_id(), "tenant": tenant_id, "host": site.host, "most": MOST_SITES}
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, values)


def forget_old() -> int:
    """Delete sites that haven't been seen for long, and sooner those that were seen only once; how many."""
    now = timezone.now()
    once = Q(last_at__lt=now - ONCE_KEPT, first_at__gt=F("last_at") - ONCE)
    return SiteSeen.objects.filter(once | Q(last_at__lt=now - KEPT)).delete()[0]
