"""One id per request: in the response's header, in every log line, in every error (contract §1, S25)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SANE = re.compile(rb"[A-Za-z0-9-]{8,128}")


def current() -> str:
    """The id of the request being served; a fresh one outside of any."""
    return str(get_contextvars().get("request_id") or uuid.uuid4())


class RequestIdMiddleware:
    """Outermost ASGI layer: keeps a sane inbound `X-Request-ID`, else makes one, and puts it on whatever answers."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        inbound = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = inbound.decode() if _SANE.fullmatch(inbound) else str(uuid.uuid4())
        clear_contextvars()
        bind_contextvars(request_id=request_id)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            await send(message)

        await self.app(scope, receive, send_with_id)
