"""A reply while it is being made: what of it may be seen already, and whether anybody still wants the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from assistants import calls
from assistants.connections import model_of
from assistants.guard import Guard
from assistants.models import Assistant
from assistants.providers.base import Hear
from assistants.safety.gate import Gate
from assistants.tools import rounds
from assistants.tools.toolbox import Toolbox
from assistants.tools.work import Work
from conversations.said import Reply

T = TypeVar("T")


class Hushed(Exception):
    """Nobody wants the rest of the reply: the visitor has stopped it, or a person has taken over."""


class Speech:
    """Grows by what the gate lets through. A reply that is begun anew after that is only seen when it is whole."""

    def __init__(self) -> None:
        self.text = ""
        self.listeners: set[asyncio.Event] = set()
        self._hushed = asyncio.Event()

    def hush(self) -> None:
        """Let the rest of it be."""
        self._hushed.set()

    def through(self, new_gate: Callable[[], Gate]) -> Hear:
        """What a provider is to tell; only what passes the gate becomes `text`."""
        gate, heard = new_gate(), ""

        def hear(so_far: str) -> None:
            nonlocal gate, heard
            if not so_far.startswith(heard):
                gate = new_gate()
            heard = so_far
            self._grow(so_far[: gate.passed(so_far)].rstrip())

        return hear

    async def until_hushed(self, making: Coroutine[Any, Any, T]) -> T:
        """Wait for the reply, but no longer than it is wanted. Raises Hushed."""
        reply, hushed = asyncio.ensure_future(making), asyncio.ensure_future(self._hushed.wait())
        try:
            await asyncio.wait((reply, hushed), return_when=asyncio.FIRST_COMPLETED)
            if not reply.done():
                raise Hushed
            return reply.result()
        finally:
            reply.cancel()
            hushed.cancel()
            await asyncio.gather(reply, hushed, return_exceptions=True)

    def _grow(self, seen: str) -> None:
        if len(seen) > len(self.text) and seen.startswith(self.text):
            self.text = seen
            for listener in self.listeners:
                listener.set()


async def ask(guard: Guard, speech: Speech | None, toolbox: Toolbox, work: Work) -> calls.Answer:
    """The model's answer, heard on the way where somebody listens and nobody has to read it first.

    Raises what `rounds.ask` does, and Hushed.
    """
    if speech is None:
        return await rounds.ask(guard.assistant, guard.prompt, toolbox, work)
    hear = speech.through(guard.policy.reply_gate) if guard.may_be_heard else None
    return await speech.until_hushed(rounds.ask(guard.assistant, guard.prompt, toolbox, work, hear=hear))


def stopped(assistant: Assistant, speech: Speech | None) -> Reply:
    """What was seen of a reply is the reply; nothing, where nothing was."""
    text = speech.text if speech else ""
    return Reply(
        status="answered" if text else "no_reply",
        text=text or None,
        author_name=assistant.name,
        assistant_id=assistant.pk,
        model=model_of(assistant) if text else None,
        is_stopped=True,
    )
