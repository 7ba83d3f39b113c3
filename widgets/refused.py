"""Sites that were turned away lately, so that the person who forgot one finds it in a list and allows it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from tenants.counters import shared
from widgets import domains

KEPT = timedelta(days=7)
MAX_SITES = 20  # a site can call itself anything; the list stays short whatever comes

logger = structlog.get_logger("widgets.refused")


@dataclass(frozen=True, slots=True)
class RefusedSite:
    """A host that asked, how often, and when last."""

    host: str
    times: int
    last_at: datetime


def note(tenant_id: uuid.UUID, source: str | None) -> None:
    """Count a refusal. A hint for people: two at the same moment may count as one."""
    site = domains.site_of(source)
    if site is None:
        return
    try:
        seen: dict[str, tuple[int, datetime]] = shared().get(_key(tenant_id), {})
        times = seen.pop(site.host, (0, None))[0]
        seen[site.host] = (times + 1, timezone.now())
        newest = dict(list(seen.items())[-MAX_SITES:])
        shared().set(_key(tenant_id), newest, int(KEPT.total_seconds()))
    except Exception:  # the refusal itself must not fail for want of a list
        logger.warning("refused site not noted", exc_info=True)


def recent(tenant_id: uuid.UUID, listed: list[str]) -> list[RefusedSite]:
    """Sites turned away within the week that still aren't listed, the latest first."""
    seen: dict[str, tuple[int, datetime]] = shared().get(_key(tenant_id), {})
    sites = [RefusedSite(host, times, last_at) for host, (times, last_at) in reversed(seen.items())]
    return [
        site
        for site in sites
        if site.last_at > timezone.now() - KEPT and not domains.is_allowed(listed, f"https://{site.host}")
    ]


def forget(tenant_id: uuid.UUID) -> None:
    """Empty the list."""
    shared().delete(_key(tenant_id))


def _key(tenant_id: uuid.UUID) -> str:
    return f"widgets.refused.{tenant_id}"
