"""Holding on to the turns that this process is answering, so that nobody else takes them over while it lives."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from conversations import turns
from tenants import wall
from tenants.database import in_database

RENEW_SECONDS = turns.LEASE.total_seconds() / 3

logger = structlog.get_logger("autochat.leases")


class Leases:
    """The claims of one process; all of them are renewed by one statement every few seconds."""

    def __init__(self) -> None:
        self._claims: set[uuid.UUID] = set()
        self._renewing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def hold(self, claim: uuid.UUID) -> AsyncIterator[None]:
        """Keep a claim alive for the length of the block."""
        self._claims.add(claim)
        if self._renewing is None or self._renewing.done():
            with wall.lowered():  # it works for all tenants, not only for whoever is the first
                self._renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            self._claims.discard(claim)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not self._claims:
                return
            try:
                await in_database(turns.renew, list(self._claims))
            except Exception as error:  # noqa: BLE001  (a database that is away comes back)
                logger.warning("leases not renewed", error=type(error).__name__)


_by_loop: dict[asyncio.AbstractEventLoop, Leases] = {}


def leases() -> Leases:
    """The leases of the running loop: one set per serving process."""
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        _by_loop[loop] = Leases()
    return _by_loop[loop]
