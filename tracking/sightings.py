"""The last browser event seen per site: widgets say which outcomes they told the page they stand on."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db import connection

from tracking.models import BrowserSighting

EVENT = "custom:tracking_dispatched"  # what the widget calls it at `POST …/track`
MAX_ROWS = 400  # a tenant's: fifty sites with all eight outcomes
_OUTCOME = re.compile(r"autochat\.[a-z_]{1,40}\.v\d{1,3}")
_UPSERT = """
    INSERT INTO tracking_browsersighting AS seen (id, tenant_id, host, event_type, first_at, last_at, times)
    SELECT %(id)s, %(tenant)s, %(host)s, %(type)s, clock_timestamp(), clock_timestamp(), 1
    WHERE (SELECT count(*) FROM tracking_browsersighting WHERE tenant_id = %(tenant)s) < %(limit)s
        OR EXISTS (SELECT FROM tracking_browsersighting
            WHERE tenant_id = %(tenant)s AND host = %(host)s AND event_type = %(type)s)
    ON CONFLICT (tenant_id, host, event_type) DO UPDATE SET last_at = clock_timestamp(), times = seen.times + 1
"""


def record_sighting(*, tenant_id: uuid.UUID, host: str, event_type: object) -> None:
    """Note that a page on this host was told of an outcome, in one statement; what can't be one is passed over."""
    if not host or not isinstance(event_type, str) or not _OUTCOME.fullmatch(event_type):
        return
    values: dict[str, Any] = {
        "id": BrowserSighting().pk,
        "tenant": tenant_id,
        "host": host,
        "type": event_type,
        "limit": MAX_ROWS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, values)
