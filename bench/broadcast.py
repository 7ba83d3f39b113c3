"""The floor of F3: a bare ASGI socket that passes on what is published over Redis. No tenant, no log, no filter."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

from redis import asyncio as redis

CHANNEL = "bench"
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class Room:
    """Who is connected, and the task that tells them."""

    sockets: set[Send] = set()
    telling: asyncio.Task[None] | None = None


async def application(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
    """Answer the readiness check; hold a socket open and let it be told."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    if scope["type"] != "websocket":
        return
    if Room.telling is None:
        Room.telling = asyncio.create_task(_tell())
    await receive()
    await send({"type": "websocket.accept"})
    await receive()  # the client's auth frame
    Room.sockets.add(send)
    await send({"type": "websocket.send", "text": '{"type":"auth:ok"}'})
    while (await receive())["type"] != "websocket.disconnect":
        pass
    Room.sockets.discard(send)


async def _tell() -> None:
    async with redis.from_url(os.environ["REDIS_URL"]).pubsub() as published:
        await published.subscribe(CHANNEL)
        async for message in published.listen():
            if message["type"] == "message":
                text = message["data"].decode()
                for send in [*Room.sockets]:
                    await send({"type": "websocket.send", "text": text})
