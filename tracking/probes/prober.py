"""Runs the probes that were asked for, on the event loop that webhooks have anyway: no task waits for a server."""

from __future__ import annotations

import asyncio

from django.db import Error as DatabaseError
from structlog import get_logger

from tenants.database import in_database
from tracking.probes import queue, sending
from tracking.probes.queue import Claimed

logger = get_logger("autochat.webhooks")

MOST_AT_ONCE = 50  # probes of one process
LEAVE_SECONDS = 5.0  # that a stopping process waits for those in the air; the rest is done anew when its leases end


class Prober:
    """Probes what is due. Lives on one event loop."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._leaving = False

    def ring(self) -> None:
        """There may be something to probe; call it on the loop."""
        self._bell.set()

    def leave(self) -> None:
        """Take nothing new, and end soon; call it on the loop."""
        self._leaving = True
        self._bell.set()

    async def serve(self) -> None:
        """Work whenever rung, until told to leave."""
        while not self._leaving:
            await self._bell.wait()
            self._bell.clear()
            await self._take()
        if self._running:
            await asyncio.wait(self._running, timeout=LEAVE_SECONDS)

    async def drain(self) -> None:
        """Probe what is due now and come back when that is done (for tests)."""
        await self._take()
        await asyncio.gather(*self._running)

    async def _take(self) -> None:
        room = MOST_AT_ONCE - len(self._running)
        if room <= 0 or self._leaving:
            return
        try:
            taken = await in_database(queue.claim, room)
        except DatabaseError as error:
            logger.warning("the queue of probes is out of reach", error=type(error).__name__)
            return
        for claimed in taken:
            task = asyncio.create_task(self._probe(claimed))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _probe(self, claimed: Claimed) -> None:
        found = await sending.probe(claimed.post)
        try:
            await in_database(queue.finish, claimed, found)
        except DatabaseError as error:  # the lease runs out, and it is done again
            logger.warning("a probe could not be stored", error=type(error).__name__)
        self._bell.set()  # there is room for those that wait
