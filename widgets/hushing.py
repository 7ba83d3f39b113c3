"""Noticing that nobody wants the rest of an answer that this process is making, whoever was told so."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from assistants.speech import Speech
from conversations import turns
from tenants import wall
from tenants.database import in_database

LOOK_SECONDS = 1.0  # how long a stop that another process was told of goes unnoticed

logger = structlog.get_logger("autochat.hushing")


class Watch:
    """The answers that are being heard; one statement looks after all of them."""

    def __init__(self) -> None:
        self._heard: dict[uuid.UUID, Speech] = {}
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def over(self, claim: uuid.UUID, speech: Speech | None) -> Iterator[None]:
        """Look after an answer for the length of the block."""
        if speech is None:
            yield
            return
        self._heard[claim] = speech
        if self._looking is None or self._looking.done():
            with wall.lowered():  # it works for all tenants, not only for whoever is the first
                self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._heard.pop(claim, None)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._heard:
                return
            try:
                for claim in await in_database(turns.unwanted, list(self._heard)):
                    if speech := self._heard.get(claim):
                        speech.hush()
            except Exception as error:  # noqa: BLE001  (a database that is away comes back)
                logger.warning("stops not looked for", error=type(error).__name__)


_by_loop: dict[asyncio.AbstractEventLoop, Watch] = {}


def watch() -> Watch:
    """The watch of the running loop: one per serving process."""
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        _by_loop[loop] = Watch()
    return _by_loop[loop]
