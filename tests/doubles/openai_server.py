"""The model's double: a real HTTP server that speaks OpenAI's protocol and misbehaves on request.

Run it with `python -m tests.doubles.openai_server --port 9009 --latency 1`, or in a test as `openai_double`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from . import embeddings
from .openai_behaviours import Behaviour, asked_for, error
from .openai_streams import stream

CALLS_KEPT = 10_000
BACKLOG = 4096
START_SECONDS = 10.0
DEFAULT_REPLY = "You said: {said}"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    connection: object = None

    @property
    def messages(self) -> list[dict[str, str]]:
        """The chat messages, or none."""
        messages = self.body.get("messages")
        return messages if isinstance(messages, list) else []

    @property
    def said(self) -> str:
        """The last user message."""
        return next((m["content"] for m in reversed(self.messages) if m.get("role") == "user"), "")


class OpenAIDouble:
    """The server, its script and its record. Thread-safe where a test touches it."""

    def __init__(self, *, latency: float = 0.0, records: bool = True) -> None:
        self.latency = latency
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.port = 0
        self.in_flight = 0
        self.most_in_flight = 0
        self.go_on = threading.Event()
        self._records = records
        self._script: deque[Behaviour] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The base URL that a client is given."""
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, *behaviours: Behaviour) -> None:
        """Answer the next calls like this, one after the other; then by name or default again."""
        self._script.extend(behaviours)

    def reset(self) -> None:
        """Forget script, record and latency; streams that pause wait for `go_on` again."""
        self.go_on.clear()
        self._script.clear()
        self.calls.clear()
        self.latency = 0.0
        self.most_in_flight = 0

    def app(self) -> web.Application:
        """The web application."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_get("/v1/models", self._models)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return app

    async def serve(self, port: int = 0, when_ready: Callable[[], object] = lambda: None) -> None:
        """Serve until cancelled."""
        runner = web.AppRunner(self.app(), handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port, backlog=BACKLOG)
        try:
            await site.start()
            self.port = runner.addresses[0][1]
            when_ready()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    def start(self) -> OpenAIDouble:
        """Serve from a thread of its own."""
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="openai-double", daemon=True)
        self._thread.start()
        if not started.wait(START_SECONDS):
            raise RuntimeError("The double did not start.")
        return self

    def stop(self) -> None:
        """Stop and wait for the thread."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(START_SECONDS)

    def _run(self, started: threading.Event) -> None:
        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.create_task(self.serve(when_ready=started.set))
            await asyncio.wait([self._task])

        asyncio.run(main())

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._answer(request)
        finally:
            self.in_flight -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = await self._record(request)
        model = str(call.body.get("model", ""))
        behaviour = self._script.popleft() if self._script else asked_for(model, call.said)
        behaviour = behaviour or Behaviour(text=DEFAULT_REPLY.format(said=call.said))
        await asyncio.sleep(self.latency if behaviour.latency is None else behaviour.latency)
        if behaviour.hangs:
            await asyncio.Event().wait()
        if behaviour.disconnects and request.transport is not None:
            request.transport.abort()
        refusal = _refusal(behaviour, call)
        if refusal is not None:
            behaviour = refusal
        if call.body.get("stream") and behaviour.body is None and behaviour.streams:
            text = _text(behaviour, call)
            return await stream(request, behaviour, text, _usage(call, text), self.go_on)
        body = _completion(behaviour, call) if behaviour.body is None else behaviour.body
        return web.Response(
            status=behaviour.status, body=body, content_type=behaviour.content_type, headers=behaviour.headers
        )

    async def _record(self, request: web.Request) -> Call:
        try:
            body = await request.json()
        except ValueError:
            body = {}
        call = Call(request.path, dict(request.headers), body if isinstance(body, dict) else {}, request.transport)
        if self._records:
            self.calls.append(call)
        return call

    async def _embeddings(self, request: web.Request) -> web.Response:
        call = await self._record(request)
        behaviour = asked_for(str(call.body.get("model", "")), "") or Behaviour()
        await asyncio.sleep(behaviour.latency or 0)
        if behaviour.hangs:
            await asyncio.Event().wait()
        body = embeddings.reply(call.body) if behaviour.body is None else behaviour.body
        return web.Response(status=behaviour.status, body=body, content_type="application/json")

    async def _models(self, request: web.Request) -> web.Response:
        await self._record(request)
        names = ("double-echo", "double-slow-2s", "double-500")
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})

    async def _unknown(self, request: web.Request) -> web.Response:
        await self._record(request)
        return web.Response(status=404, body=error(404, "unknown_url").body, content_type="application/json")


def _refusal(behaviour: Behaviour, call: Call) -> Behaviour | None:
    """The vendor's words for the first parameter of the call that this model refuses."""
    for name in behaviour.refuses:
        if name == "system" and any(message.get("role") == "system" for message in call.messages):
            return error(400, None, "System role not supported.")
        if name in call.body:
            words = f"Unsupported parameter: '{name}' is not supported with this model."
            return error(400, "unsupported_parameter", words, param=name)
    return None


def _text(behaviour: Behaviour, call: Call) -> str:
    if behaviour.pieces:
        return "".join(behaviour.pieces)
    return call.said if behaviour.text is None else behaviour.text


def _usage(call: Call, text: str) -> dict[str, int]:
    asked = sum(len(str(message.get("content", "")).split()) for message in call.messages)
    told = len(text.split())
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}


def _completion(behaviour: Behaviour, call: Call) -> bytes:
    text = _text(behaviour, call)
    message = {"role": "assistant", "content": text} | behaviour.message
    completion: dict[str, Any] = {
        "id": "chatcmpl-double",
        "object": "chat.completion",
        "created": 1,
        "model": str(call.body.get("model", "")),
        "choices": [{"index": 0, "message": message, "finish_reason": behaviour.finish_reason}],
    }
    if behaviour.usage:
        completion["usage"] = _usage(call, text)
    return json.dumps(completion).encode()


def main() -> None:
    """Serve until interrupted; prints the base URL when ready."""
    parser = argparse.ArgumentParser(description="A stand-in for an OpenAI-compatible API.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("DOUBLE_PORT", "9009")))
    parser.add_argument("--latency", type=float, default=float(os.environ.get("DOUBLE_LATENCY", "0")))
    options = parser.parse_args()
    double = OpenAIDouble(latency=options.latency, records=False)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(double.serve(options.port, lambda: sys.stdout.write(f"{double.url}\n") and sys.stdout.flush()))


if __name__ == "__main__":
    main()
