"""The dashboard's socket (contract §5): it authenticates, then tells what the log says. Writes go over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from conversations import log
from conversations.live import Feed, Listener, hub
from conversations.realtime import Frame
from tenants.credentials import Access, read_access
from tenants.database import in_database
from tenants.models import Role
from tenants.tokens import TokenInvalid

AUTH_SECONDS = 5.0
PING_SECONDS = 20.0
FRAME_BYTES = 64 * 1024
SOCKETS_PER_USER = 30  # in one process: tabs, phones and the odd forgotten window

_CLOSE_CODES = {
    "auth_timeout": 4408,
    "auth_invalid": 4401,
    "auth_expired": 4401,
    "auth_revoked": 4401,
    "forbidden": 4403,
    "too_many_connections": 4429,
    "invalid_frame": 4400,
}
_MESSAGES = {
    "auth_timeout": "Send an auth frame within 5 seconds of connecting.",
    "auth_invalid": "The token can't be used here. Get a new one and connect again.",
    "auth_expired": "The token has expired. Get a new one and connect again.",
    "auth_revoked": "Your access to this tenant has ended.",
    "forbidden": "You are no member of this tenant.",
    "too_many_connections": "Too many open connections. Close some tabs and connect again.",
    "invalid_frame": 'Send JSON objects with a known "type", at most 64 KiB; the first must be an auth frame.',
}
_REFUSALS = {"token_expired": "auth_expired", "token_revoked": "auth_revoked", "forbidden": "forbidden"}


class TenantConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels ships no types
    """One open dashboard. Until it has authenticated it hears nothing."""

    channel_layer_alias = ""  # the process's hub listens, not each socket

    access: Access | None = None
    feed: Feed | None = None
    sender: asyncio.Task[None] | None = None
    deadline: asyncio.TimerHandle | None = None
    listener: Listener

    async def connect(self) -> None:
        await self.accept()
        self._fail_at(AUTH_SECONDS, "auth_timeout")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        raw = text_data.encode(errors="surrogatepass") if text_data is not None else bytes_data or b""
        if len(raw) > FRAME_BYTES:
            await self._fail("invalid_frame")
            return
        frame = _read_frame(raw)
        kind = frame.get("type") if frame else None
        if kind == "auth" and frame is not None and isinstance(frame.get("token"), str):
            await self._authenticate(frame["token"], frame.get("since"))
        elif self.access is None:
            await self._fail("invalid_frame")
        elif kind == "ping" and self.feed is not None:
            await self._send({"type": "pong", "seq": self.feed.head})
        elif kind != "pong":
            await self._send({"type": "error", "code": "invalid_frame", "message": _MESSAGES["invalid_frame"]})

    async def disconnect(self, code: int) -> None:
        if self.deadline:
            self.deadline.cancel()
        if self.sender:
            self.sender.cancel()
        if self.feed:
            await hub().leave(self.feed, self.listener)

    async def _authenticate(self, token: str, since: Any) -> None:
        try:
            access = await in_database(read_access, token)
        except TokenInvalid as refused:
            await self._fail(_REFUSALS.get(refused.code, "auth_invalid"))
            return
        renewed = self.access
        if renewed and (renewed.user.pk, renewed.tenant.pk) != (access.user.pk, access.tenant.pk):
            await self._fail("auth_invalid")
            return
        self.access = access
        self._fail_at((access.expires_at - timezone.now()).total_seconds(), "auth_expired")
        if renewed:
            assert self.feed is not None
            await self._welcome(access, self.feed.head)
        else:
            await self._join(access, since)

    async def _join(self, access: Access, since: Any) -> None:
        user_id = str(access.user.pk)
        if hub().listeners_of(user_id) >= SOCKETS_PER_USER:
            await self._fail("too_many_connections")
            return
        self.listener = Listener(user_id=user_id)
        self.feed = await hub().join(access.tenant.pk, self.listener)
        head = self.feed.head
        await self._welcome(access, head)
        start = head
        if isinstance(since, int) and not isinstance(since, bool):
            if await in_database(log.reaches_back_to, access.tenant.pk, since, head):
                start = since
            else:
                await self._send({"type": "resync"})
        self.sender = asyncio.create_task(self._tell(self.feed, start))

    async def _welcome(self, access: Access, seq: int) -> None:
        await self._send(
            {
                "type": "auth:ok",
                "tenant_id": str(access.tenant.pk),
                "user_id": str(access.user.pk),
                "role": access.role,
                "seq": seq,
                "expires_at": access.expires_at.isoformat().replace("+00:00", "Z"),
            }
        )

    async def _tell(self, feed: Feed, sent: int) -> None:
        """Send every event once, in order, at the pace of this client; ping every 20 seconds."""
        loop = asyncio.get_running_loop()
        next_ping = loop.time() + PING_SECONDS
        while True:
            self.listener.wake.clear()
            if self.listener.access_ended:
                await self._fail("auth_revoked")
                return
            while frames := await feed.after(sent):
                for frame in frames:
                    await self.send(text_data=self._shown(frame))
                sent = frames[-1].seq
            if loop.time() >= next_ping:
                next_ping += PING_SECONDS
                await self._send({"type": "ping", "seq": feed.head})
            timer = loop.call_at(next_ping, self.listener.wake.set)
            await self.listener.wake.wait()
            timer.cancel()

    def _shown(self, frame: Frame) -> str:
        """The event, or for an agent only that somebody else's conversation changed."""
        access = self.access
        assert access is not None
        if access.role != Role.AGENT or frame.assigned_to in ("", str(access.user.pk)):
            return frame.text
        veiled = {"id": frame.conversation_id, "assigned_to": frame.assigned_to}
        return orjson.dumps({"type": "conversation:updated", "seq": frame.seq, "data": veiled}).decode()

    def _fail_at(self, seconds: float, code: str) -> None:
        if self.deadline:
            self.deadline.cancel()
        loop = asyncio.get_running_loop()
        self.deadline = loop.call_later(max(0.0, seconds), lambda: loop.create_task(self._fail(code)))

    async def _fail(self, code: str) -> None:
        await self._send({"type": "error", "code": code, "message": _MESSAGES[code]})
        await self.close(code=_CLOSE_CODES[code])

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.send(text_data=orjson.dumps(frame).decode())


def _read_frame(raw: bytes) -> dict[str, Any] | None:
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return frame if isinstance(frame, dict) else None
