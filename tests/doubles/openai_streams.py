"""The double's answer as server-sent events: piece by piece, with a pause on request, whole or broken off."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from typing import Any

from aiohttp import web

from .openai_behaviours import Behaviour

PAUSE_SECONDS = 30.0


async def stream(
    request: web.Request, behaviour: Behaviour, text: str, usage: dict[str, int], go_on: threading.Event
) -> web.StreamResponse:
    """Write the answer word by word, or as it is cut or spelled out, ended by [DONE]."""
    kind = "text/event-stream" if behaviour.content_type == "application/json" else behaviour.content_type
    response = web.StreamResponse(headers={"Content-Type": kind} | behaviour.headers)
    await response.prepare(request)
    body = await request.json()
    events = list(behaviour.events) if behaviour.events else _events(behaviour, text, usage, body)
    for number, one in enumerate(events):
        if number == behaviour.pauses_after:
            await _wait_for(go_on)
        if number == behaviour.breaks_after:
            if request.transport is not None:
                request.transport.abort()
            return response
        await response.write(one)
        await asyncio.sleep(behaviour.pause)
    if behaviour.hangs_up:
        await response.write_eof()
    else:
        await asyncio.Event().wait()
    return response


async def _wait_for(go_on: threading.Event) -> None:
    async with asyncio.timeout(PAUSE_SECONDS):
        while not go_on.is_set():  # noqa: ASYNC110 - it is set from another thread
            await asyncio.sleep(0.01)


def _events(behaviour: Behaviour, text: str, usage: dict[str, int], body: dict[str, Any]) -> list[bytes]:
    base = {"id": "chatcmpl-double", "object": "chat.completion.chunk", "created": 1, "model": body.get("model")}
    pieces = behaviour.pieces or re.findall(r"\s*\S+|\s+$", text)
    deltas: list[dict[str, Any]] = [{"content": piece} for piece in pieces]
    if behaviour.message:
        deltas = [behaviour.message]
    choices: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": behaviour.finish_reason})
    events = [_event(base | {"choices": [choice]}) for choice in choices]
    if behaviour.usage and (body.get("stream_options") or {}).get("include_usage"):
        events.append(_event(base | {"choices": [], "usage": usage}))
    return [*events, b"data: [DONE]\n\n"]


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"
