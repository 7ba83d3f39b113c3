"""Server-sent events: how they are written, and the response that carries them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson
from django.http import StreamingHttpResponse

KEEP_ALIVE_SECONDS = 15.0  # proxies give up on a silent connection after 30 to 60


def event(name: str, data: dict[str, Any], event_id: int | None = None) -> bytes:
    """One event; `event_id` is what a client that comes back says in `Last-Event-ID`."""
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {orjson.dumps(data).decode()}\n\n".encode()


def stream_response(events: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """A response that no cache keeps and no proxy holds back."""
    headers = {"Cache-Control": "no-cache, no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream; charset=utf-8", headers=headers)
