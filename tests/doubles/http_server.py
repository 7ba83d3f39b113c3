"""A tenant's own server: answers as it is told to, and keeps every request that reached it."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """What is answered."""

    status: int = 200
    body: bytes = b'{"state": "on its way"}'
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    hangs: bool = False


class TenantServer:
    """The server, its script and its record."""

    def __init__(self) -> None:
        self.asked: deque[Asked] = deque()
        self.told: Callable[[Asked], Told] = lambda _: Told()
        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
                server.asked.append(asked)
                told = server.told(asked)
                if told.hangs:
                    server.closing.wait(30)
                    return
                self.send_response(told.status)
                for name, value in told.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(told.body)))
                self.end_headers()
                self.wfile.write(told.body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  (the library's names)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def serve(self) -> None:
        """Serve until told to end."""
        self._http.serve_forever(0.05)

    def stop(self) -> None:
        """Let hanging answers go, and end."""
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def tenant_server() -> Iterator[TenantServer]:
    """A server for one test."""
    server = TenantServer()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)
