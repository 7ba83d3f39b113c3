"""The pool that empties the queue: on the event loop of each process that is rung (`office.py`), with one HTTP client.

It goes round: write down what has come back, take what is due and fits, send that. Rung by `tasks.deliver_webhooks`;
it goes on for as long as there is something to send, then waits for the next ring.
"""

from __future__ import annotations

import asyncio

import aiohttp
from django.conf import settings
from django.db import Error as DatabaseError
from structlog import get_logger

from tenants.database import in_database
from tracking import feed, leasing
from tracking.bounded import BoundedConnector
from tracking.leasing import Claimed, Tried
from tracking.posting import open_session, send

logger = get_logger("autochat.webhooks")

MOST_IN_FLIGHT = 1000  # tries of one process at a time
BREATH = 0.005  # seconds between two rounds, in which results gather: each round is one transaction
LOOKS_EVERY = 0.2  # seconds between two looks into the tenants' event logs
PATIENCE = 1.0  # seconds before the next round when the database failed
LEAVE_SECONDS = 5.0  # that a stopping process waits for what is in the air; the rest comes back with its lease


class Dispatcher:
    """Sends what is due. Lives on one event loop."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._back = asyncio.Event()
        self._done: list[Tried] = []
        self._flying: set[asyncio.Task[None]] = set()
        self._leaving = False
        self._next_look = 0.0

    def ring(self) -> None:
        """There may be something to send; call it on the loop."""
        self._bell.set()

    async def serve(self) -> None:
        """Work whenever rung, until told to leave."""
        async with open_session(BoundedConnector(settings.EGRESS_ALLOWED_HOSTS)) as session:
            while not self._leaving:
                await self._bell.wait()
                self._bell.clear()
                await self._work(session)
            if self._flying:
                await asyncio.wait(self._flying, timeout=LEAVE_SECONDS)
            await self._round(room=0)

    async def drain(self) -> None:
        """Send everything that is due, and come back when nothing is left in the air (for tests and benches)."""
        async with open_session(BoundedConnector(settings.EGRESS_ALLOWED_HOSTS)) as session:
            await self._work(session)

    def leave(self) -> None:
        """Take nothing new, write down what comes back soon, and end; call it on the loop."""
        self._leaving = True
        self._bell.set()

    async def _work(self, session: aiohttp.ClientSession) -> None:
        """Go round until nothing is due and nothing is in the air."""
        while not self._leaving:
            taken = await self._round(room=MOST_IN_FLIGHT - len(self._flying))
            for claimed in taken:
                self._fly(session, claimed)
            if not taken and not self._flying and not self._done:
                return
            if not taken:
                await self._something_new()
            await asyncio.sleep(BREATH)

    async def _something_new(self) -> None:
        """Wait until a try has come back, or somebody rings."""
        if self._done:
            return
        waits = [asyncio.ensure_future(event.wait()) for event in (self._back, self._bell)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        self._bell.clear()

    async def _round(self, *, room: int) -> list[Claimed]:
        """One transaction; when it fails the results are kept for the next."""
        self._back.clear()
        done, self._done = self._done, []
        try:
            await self._follow()
            return await in_database(leasing.turn, done, room)
        except DatabaseError as error:
            logger.warning("the queue of webhooks is out of reach", error=type(error).__name__)
            self._done = done + self._done
            await asyncio.sleep(PATIENCE)
            return []

    async def _follow(self) -> None:
        """Look into the tenants' logs, but not in every round."""
        now = asyncio.get_running_loop().time()
        if now >= self._next_look and not self._leaving:
            self._next_look = now + LOOKS_EVERY
            await in_database(feed.follow)

    def _fly(self, session: aiohttp.ClientSession, claimed: Claimed) -> None:
        task = asyncio.create_task(self._try(session, claimed))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _try(self, session: aiohttp.ClientSession, claimed: Claimed) -> None:
        answer = await send(session, claimed.post)
        self._done.append(leasing.tried(claimed, answer))
        self._back.set()
