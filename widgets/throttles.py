"""How fast a session, and all sessions of a tenant together, may knock."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from tenants import rates


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a minute: of one session, and of one tenant's sessions together."""

    name: str
    session: int
    tenant: int


CHAT = Rate("chat", session=20, tenant=1_200)  # a person types no faster; a site with 60 people writing at once is busy
STREAM = Rate("stream", session=30, tenant=6_000)  # a connection that breaks comes back with a growing pause
TRACK = Rate("track", session=120, tenant=12_000)
CONFIG = Rate("config", session=120, tenant=12_000)  # once a page view
MESSAGES = Rate("messages", session=60, tenant=6_000)
RATING = Rate("rating", session=10, tenant=1_200)
VOICE = Rate("voice", session=10, tenant=600)


def check(rate: Rate, *, tenant_id: uuid.UUID, session: str | None = None) -> None:
    """Count this request and raise `RateLimited` when it is one too many. One round trip to a Redis cache."""
    limits = {f"widgets.rate.{rate.name}.{tenant_id}": rate.tenant}
    if session is not None:
        limits[f"widgets.rate.{rate.name}.{tenant_id}.{_digest(session)}"] = rate.session
    rates.count(limits)


def _digest(session: str) -> str:
    """A session is a secret; keys of a cache are not kept like one."""
    return hashlib.blake2b(session.encode(), digest_size=12).hexdigest()
