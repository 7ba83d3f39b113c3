"""A tenant's server: a real HTTP server that keeps what it was sent and answers as told."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from tests.waiting import wait_until


@dataclass(frozen=True, slots=True)
class Got:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    transport: asyncio.BaseTransport | None

    @property
    def webhook_id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """The server in a thread of its own. `answer` decides what each request gets."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.got: list[Got] = []
        self.answer: Callable[[Got], web.Response | Awaitable[web.Response]] = lambda _: web.Response(status=204)
        self.in_flight = self.most_in_flight = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Serve on a free port."""
        self._thread.start()
        wait_until(lambda: self.port, what="the receiver listens")

    def stop(self) -> None:
        """End it, with all connections."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def url(self, path: str = "/in") -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}{path}"

    def answers(self, status: int = 204, *, text: str = "", headers: dict[str, str] | None = None) -> None:
        """From now on everybody gets this."""
        self.answer = lambda _: web.Response(status=status, text=text or None, headers=headers)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        server = web.Server(self._handle)
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.tls)
        await site.start()
        self.port = runner.addresses[0][1]
        await self._stopped.wait()
        await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        got = Got(request.path, dict(request.headers), await request.read(), time.time(), request.transport)
        self.got.append(got)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            answer = self.answer(got)
            return answer if isinstance(answer, web.Response) else await answer
        finally:
            self.in_flight -= 1
