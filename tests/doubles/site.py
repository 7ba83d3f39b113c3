"""A website's double: pages that a test writes, and the ways in which real sites misbehave."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW_SECONDS = 60.0


@dataclass
class Answer:
    """What an address gives."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    length: int | None = None


def page(text: str, *links: str, title: str = "", head: str = "") -> Answer:
    """An ordinary page."""
    menu = "".join(f'<a href="{link}">More</a> ' for link in links)
    body = f"<!doctype html><title>{title}</title>{head}<nav>{menu}</nav><main>{text}</main>"
    return Answer(body.encode())


def redirect(target: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": target})


class Site:
    """The server and its record of what it was asked for."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer | Callable[[str], Answer]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.fallback: Callable[[str], Answer] = lambda _: Answer(b"Not here", 404)
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer((address, 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        host, port = self._server.server_address[:2]
        return f"http://{host}:{port}"

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> Answer:
        found = self.pages.get(path, self.fallback)
        return found if isinstance(found, Answer) else found(path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append(dict(self.headers))
                site.times.append(time.monotonic())
                answer = site.answer(self.path)
                self.send_response(answer.status)
                length = len(answer.body) if answer.length is None else answer.length
                sent = {"Content-Type": answer.content_type, "Content-Length": str(length), **answer.headers}
                for name, value in sent.items():
                    self.send_header(name, value)
                self.end_headers()
                if answer.drips:
                    site._stopped.wait(SLOW_SECONDS)
                with contextlib.suppress(OSError):  # the other side may have had enough
                    self.wfile.write(answer.body)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        return Handler


class Tripwire:
    """A private address where nobody may knock: it counts who connects and what they send."""

    def __init__(self, address: str = "127.0.0.2") -> None:
        self._socket = socket.create_server((address, 0))
        self._socket.settimeout(0.2)
        self.address = "{}:{}".format(*self._socket.getsockname()[:2])

    def touched(self) -> bool:
        """Whether anybody is at the door."""
        try:
            self._socket.accept()[0].close()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()
