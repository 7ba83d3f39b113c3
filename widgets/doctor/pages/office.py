"""Where pages are looked at: one event loop per process, the last result of each tenant in the shared cache.

Whoever asks holds no thread and no connection while a page is fetched. A process that is killed takes its looks along;
they are then called cut off, and can be asked for again.
"""

from __future__ import annotations

import asyncio
import os
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from tenants import counters, egress, rates
from widgets.doctor.pages import fetching, reading
from widgets.doctor.pages.reading import Facts, Snippet

KEPT_SECONDS = 3600
LOST_AFTER = timedelta(seconds=fetching.SECONDS + 10)
MOST_AT_ONCE = 16  # in one process: each may hold two megabytes
A_MINUTE = 10  # of one tenant

logger = structlog.get_logger("widgets.doctor")


class CannotLook(Exception):
    """The words say why, and what to do."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page, under way or done."""

    id: str
    url: str
    asked_at: datetime
    facts: Facts | None = None

    @property
    def is_running(self) -> bool:
        return self.facts is None and not self.is_lost

    @property
    def is_lost(self) -> bool:
        return self.facts is None and timezone.now() > self.asked_at + LOST_AFTER


def ask(tenant_id: uuid.UUID, typed: str) -> Look:
    """Have a page looked at, and come back at once. While one is looked at, that look is given. Raises CannotLook."""
    url = _address(typed)
    current = last(tenant_id)
    if current and current.is_running:
        return current
    try:
        rates.count({f"widgets.doctor.pages.{tenant_id}": A_MINUTE})
    except rates.RateLimited:
        raise CannotLook(f"At most {A_MINUTE} pages a minute can be looked at. Wait a moment.") from None
    look = Look(uuid.uuid4().hex, url, timezone.now())
    try:
        counters.shared().set(_key(tenant_id), _stored(look), KEPT_SECONDS)
    except Exception:
        logger.warning("a look could not be kept", exc_info=True)
        raise CannotLook("Pages can’t be looked at just now: our cache doesn’t answer. Try again soon.") from None
    _office().take(tenant_id, look)
    return look


def last(tenant_id: uuid.UUID) -> Look | None:
    """The tenant's last look, if it isn't long ago; none either while the cache is down, for it hides nothing else."""
    try:
        kept: dict[str, Any] | None = counters.shared().get(_key(tenant_id))
    except Exception:
        logger.warning("the last look could not be read", exc_info=True)
        return None
    return _read(kept) if kept else None


def _address(typed: str) -> str:
    url = typed.strip()
    if not url:
        raise CannotLook("Enter the address of a page, such as https://www.example.com/contact.")
    url = url if "://" in url[:12] else f"https://{url}"
    try:
        egress.check_url(url, allowed_hosts=settings.EGRESS_ALLOWED_HOSTS)
    except egress.EgressRefused as refused:
        raise CannotLook(refused.reason) from None
    return url


def _key(tenant_id: uuid.UUID) -> str:
    return f"widgets.doctor.page.{tenant_id}"


def _stored(look: Look) -> dict[str, Any]:
    return asdict(look) | {"facts": asdict(look.facts) if look.facts else None}


def _read(kept: dict[str, Any]) -> Look:
    facts = kept["facts"]
    if facts:
        facts = Facts(**facts | {"snippets": [Snippet(**one) for one in facts["snippets"]]})
    return Look(kept["id"], kept["url"], kept["asked_at"], facts)


class _Office:
    """This process's loop and the thread that it runs in; made anew in a forked child."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        # A name that hangs in the resolver, or a cache, holds one of these for some seconds.
        self.loop.set_default_executor(ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="doctor-names"))
        self.running: set[asyncio.Task[None]] = set()
        self.thread = threading.Thread(target=self.loop.run_forever, name="doctor", daemon=True)
        self.thread.start()

    def take(self, tenant_id: uuid.UUID, look: Look) -> None:
        """Begin to look; comes back at once. Raises CannotLook."""
        if len(self.running) >= MOST_AT_ONCE:
            raise CannotLook("Many pages are being looked at. Try again in a moment.")
        self.loop.call_soon_threadsafe(self._begin, tenant_id, look)

    def _begin(self, tenant_id: uuid.UUID, look: Look) -> None:
        task = self.loop.create_task(self._look(tenant_id, look))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _look(self, tenant_id: uuid.UUID, look: Look) -> None:
        try:
            facts = reading.read(await fetching.fetch(look.url))
        except Exception:
            logger.exception("a page could not be looked at", tenant_id=str(tenant_id))
            facts = Facts(look.url, problem="Something went wrong on our side while the page was read.")
        done = Look(look.id, look.url, look.asked_at, facts)
        await self.loop.run_in_executor(None, _keep, tenant_id, done)


def _keep(tenant_id: uuid.UUID, done: Look) -> None:
    """Store the result, unless another look has begun since."""
    current = counters.shared().get(_key(tenant_id))
    if current and current["id"] == done.id:
        counters.shared().set(_key(tenant_id), _stored(done), KEPT_SECONDS)


_opening = threading.Lock()
_offices: list[_Office] = []


def _office() -> _Office:
    with _opening:
        if not _offices or _offices[0].pid != os.getpid() or not _offices[0].thread.is_alive():
            _offices[:] = [_Office()]
        return _offices[0]
