"""The turns that this process is answering: on their own feet, and heard from the beginning by whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from assistants.speech import Speech
from conversations.said import Received, Settled
from widgets import call_log
from widgets.refusals import in_the_contracts_words
from widgets.services import Visit, exchange
from widgets.sse import KEEP_ALIVE_SECONDS, event

Key = tuple[object, str, str]  # tenant, session and the visitor's id for the message

_under_way: dict[Key, Answering] = {}  # the event loop alone would let go of them


class Answering:
    """One turn. Neither a visitor who leaves nor a server that cuts a request off stops it."""

    def __init__(self, visit: Visit, *, is_heard: bool) -> None:
        received = visit.received if isinstance(visit.received, Received) else None
        self._key: Key | None = (received.tenant.pk, received.session, received.client_id) if received else None
        self._speech = Speech()
        self.turn = asyncio.create_task(_answered(visit, self._speech if is_heard and received else None))
        if self._key:
            _under_way[self._key] = self
        self.turn.add_done_callback(self._end)

    def stop(self) -> None:
        """Leave it at what has been seen."""
        self._speech.hush()

    async def told(self) -> AsyncIterator[bytes]:
        """The answer as events: what may be seen of it as it grows, then all of it, with signs of life in between."""
        yield b": \n\n"
        told = 0
        woken = asyncio.Event()
        self._speech.listeners.add(woken)
        self.turn.add_done_callback(lambda _: woken.set())
        try:
            while not self.turn.done():
                woken.clear()
                if len(self._speech.text) > told:
                    yield event("delta", {"text": self._speech.text[told:]})
                    told = len(self._speech.text)
                elif not await _wakes(woken):
                    yield b": \n\n"
        finally:
            self._speech.listeners.discard(woken)
        body = self.turn.result()
        if rest := _rest(body, self._speech.text[:told]):
            yield event("delta", {"text": rest})
        yield event("message", body)

    def _end(self, turn: asyncio.Task[dict[str, Any]]) -> None:
        """An error of a turn whose visitor has left has been stored; here it only must not count as never seen."""
        if self._key and _under_way.get(self._key) is self:
            del _under_way[self._key]
        if not turn.cancelled():
            turn.exception()


def under_way(key: Key) -> Answering | None:
    """The turn of this message, where this process has it."""
    return _under_way.get(key)


async def _wakes(woken: asyncio.Event) -> bool:
    """Wait for something to tell; False when nothing came for as long as a connection may be silent."""
    try:
        async with asyncio.timeout(KEEP_ALIVE_SECONDS):
            await woken.wait()
    except TimeoutError:
        return False
    return True


def _rest(body: dict[str, Any], told: str) -> str:
    """What is still missing of an answer; nothing where something else has come in its place."""
    message: str | None = body["message"]
    is_answer = body["metadata"]["status"] == "answered" and message is not None and message.startswith(told)
    return message[len(told) :] if is_answer and message else ""


async def _answered(visit: Visit, speech: Speech | None) -> dict[str, Any]:
    """The answer's body."""
    with in_the_contracts_words():
        settled = await exchange(visit, speech)
    if isinstance(visit.received, Received):  # a retry's was counted when it was made
        call_log.note_silence(visit.received.tenant.pk, settled.metadata.get("reason"))
    return _body(settled)


def _body(settled: Settled) -> dict[str, Any]:
    kept = settled.metadata
    metadata = {
        "model": kept["model"],
        "tokens": kept["tokens"],
        "assistantId": kept["assistant_id"],
        "status": settled.status,
    }
    metadata |= {name: kept[name] for name in ("reason", "stopped") if name in kept}
    return {
        "success": True,
        "conversationId": settled.conversation_id,
        "messageId": settled.client_id,
        "message": settled.text,
        "metadata": metadata,
        "tracking": settled.tracking,
    }
