"""A dashboard's end of the socket: a real WebSocket client against a running server."""

from __future__ import annotations

import json
from contextlib import suppress
from time import monotonic
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tenants import credentials
from tenants.models import Membership
from tests.servers import Web
from tests.waiting import PATIENCE


class Dashboard:
    """One open socket; `with Dashboard(web) as dashboard`. With `origin=""` it is no browser's."""

    def __init__(self, web: Web, *, origin: str | None = None) -> None:
        self.web = web
        self.origin = web.url if origin is None else origin
        self.socket: ClientConnection

    def __enter__(self) -> Self:
        self.socket = connect(self.web.socket_url, origin=self.origin or None, max_size=None, legacy=True)  # type: ignore[arg-type]
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, frame: Any) -> None:
        """Send a frame; text and bytes go as they are."""
        self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next frame."""
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=seconds))
        return frame

    def sign_in(self, who: Membership, **more: Any) -> dict[str, Any]:
        """Authenticate as this member; the server's answer."""
        self.send({"type": "auth", "token": credentials.issue_access(who), **more})
        return self.next()

    def events(self, count: int, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """The next so many frames that are no pings, within so many seconds in all."""
        frames: list[dict[str, Any]] = []
        until = monotonic() + seconds
        while len(frames) < count:
            frame = self.next(until - monotonic())
            if frame["type"] != "ping":
                frames.append(frame)
        return frames

    def end(self, seconds: float = PATIENCE) -> tuple[str | None, int]:
        """Wait until the server closes: the last error's code, and the close code."""
        code = None
        with suppress(ConnectionClosed):
            while True:
                frame = self.next(seconds)
                if frame["type"] == "error":
                    code = frame["code"]
        assert self.socket.protocol.close_rcvd is not None
        return code, self.socket.protocol.close_rcvd.code
