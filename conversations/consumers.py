"""The dashboard's socket (contract §5): it authenticates, then tells what the log says. Writes go over HTTP."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from typing import Any

import orjson
import structlog
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from conversations import log
from conversations.live import Feed, Listener, hub
from conversations.models import Conversation
from conversations.payloads import iso
from conversations.realtime import Frame, Writing, tell_of_writing
from tenants import api_tokens, wall
from tenants.authentication import FOR_PEOPLE
from tenants.credentials import PersonalAccess, read_access
from tenants.database import in_database
from tenants.models import Role
from tenants.tokens import TokenInvalid

AUTH_SECONDS = 5.0
PING_SECONDS = 20.0
WRITING_SECONDS = 2.0  # what comes sooner says nothing new
FRAME_BYTES = 64 * 1024
SOCKETS_PER_USER = 30  # in one process: tabs, phones and the odd forgotten window
FAILED = 1011  # the WebSocket's own code for “our fault”; the client comes back

logger = structlog.get_logger("autochat.socket")

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

    access: PersonalAccess | None = None
    feed: Feed | None = None
    sender: asyncio.Task[None] | None = None
    deadline: asyncio.TimerHandle | None = None
    listener: Listener
    ended = False
    writing_heard = float("-inf")  # on the loop's clock

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:  # however it ends: a listener that stayed would count as an open socket for ever
            await self._leave()

    async def connect(self) -> None:
        await self.accept()
        self._fail_at(AUTH_SECONDS, "auth_timeout")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.ended:
            return  # said before the client heard that it is over
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
        elif kind == "typing" and frame is not None and isinstance(frame.get("conversation_id"), str):
            await self._take_writing(frame["conversation_id"])
        elif kind != "pong":
            await self._send({"type": "error", "code": "invalid_frame", "message": _MESSAGES["invalid_frame"]})

    async def _take_writing(self, conversation_id: str) -> None:
        """Pass on that this member writes. Where they may not, and what comes too often, is nobody's news."""
        access, now = self.access, asyncio.get_running_loop().time()
        assert access is not None
        if now - self.writing_heard < WRITING_SECONDS:
            return
        self.writing_heard = now
        if found := await in_database(_writable, access, conversation_id):
            tell_of_writing(access.tenant.pk, Writing(found, str(access.user.pk), access.user.get_full_name()))

    async def _leave(self) -> None:
        self.ended = True
        if self.deadline:
            self.deadline.cancel()
        if self.sender:
            self.sender.cancel()
        if self.feed:
            await hub().leave(self.feed, self.listener)

    async def _authenticate(self, token: str, since: Any) -> None:
        if api_tokens.looks_like_one(token):
            await self._fail("forbidden", FOR_PEOPLE)
            return
        if self.access is None and self.deadline:
            self.deadline.cancel()  # they spoke in time, however long the look-up takes
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

    async def _join(self, access: PersonalAccess, since: Any) -> None:
        user_id = str(access.user.pk)
        if hub().listeners_of(user_id) >= SOCKETS_PER_USER:
            await self._fail("too_many_connections")
            return
        self.listener = Listener(user_id=user_id, is_admin=access.place.is_at_least(Role.ADMIN))
        self.feed = feed = await hub().join(access.tenant.pk, self.listener)
        known = since if isinstance(since, int) and not isinstance(since, bool) else None
        if known is not None:
            await feed.catch_up(known)  # the process it comes from may be ahead of this one by a ring
        head = start = feed.head
        await self._welcome(access, head)
        if known is not None and await in_database(log.reaches_back_to, access.tenant.pk, known, head):
            start = known
        elif since is not None:
            await self._send({"type": "resync"})
        self.sender = asyncio.create_task(self._serve(feed, start))

    async def _welcome(self, access: PersonalAccess, seq: int) -> None:
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

    async def _serve(self, feed: Feed, sent: int) -> None:
        """Tell until the end; a socket that can't be told any more is closed, not left open and deaf."""
        try:
            await self._tell(feed, sent)
        except Exception as error:  # noqa: BLE001  (the client comes back and reads on from the log)
            logger.warning("socket given up", error=type(error).__name__)
            await self._end(FAILED)

    async def _tell(self, feed: Feed, sent: int) -> None:
        """Send every event once, in order, at the pace of this client; ping every 20 seconds."""
        loop = asyncio.get_running_loop()
        next_ping = loop.time() + PING_SECONDS
        while not self.ended:
            self.listener.wake.clear()
            frames = await feed.after(sent)
            for frame in frames:
                if self.listener.access_ended:
                    break
                await self._put(self._shown(frame))
                sent = frame.seq
            if self.listener.access_ended:
                await self._fail("auth_revoked")
                return
            if frames and sent < feed.head:
                continue
            await self._nudge()
            if loop.time() >= next_ping:
                next_ping += PING_SECONDS
                await self._send({"type": "ping", "seq": feed.head})
            timer = loop.call_at(next_ping, self.listener.wake.set)
            await self.listener.wake.wait()
            timer.cancel()

    async def _nudge(self) -> None:
        """Say what changed outside the log: frames without a number."""
        while self.listener.nudges:
            await self._send({"type": self.listener.nudges.pop(), "at": iso(timezone.now()), "data": {}})
        for writing in self.listener.take_writing():
            await self._send({"type": "typing", "at": iso(timezone.now()), "data": writing._asdict()})

    def _shown(self, frame: Frame) -> str:
        """The event, or for an agent only that somebody else's conversation changed."""
        access = self.access
        assert access is not None
        if access.role != Role.AGENT or frame.assigned_to in ("", str(access.user.pk)):
            return frame.text
        veiled = {"id": frame.conversation_id, "assigned_to": frame.assigned_to}
        at = orjson.loads(frame.text)["at"]
        return orjson.dumps({"type": "conversation:updated", "seq": frame.seq, "at": at, "data": veiled}).decode()

    def _fail_at(self, seconds: float, code: str) -> None:
        if self.deadline:
            self.deadline.cancel()
        loop = asyncio.get_running_loop()
        self.deadline = loop.call_later(max(0.0, seconds), lambda: loop.create_task(self._fail(code)))

    async def _fail(self, code: str, message: str = "") -> None:
        error = {"type": "error", "code": code, "message": message or _MESSAGES[code]}
        await self._end(_CLOSE_CODES[code], orjson.dumps(error).decode())

    async def _end(self, code: int, last_words: str = "") -> None:
        """Close, once; nothing is sent after it."""
        if self.ended:
            return
        self.ended = True
        with suppress(OSError):  # the client was quicker
            if last_words:
                await self.send(text_data=last_words)
            await self.close(code=code)

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._put(orjson.dumps(frame).decode())

    async def _put(self, text: str) -> None:
        if self.ended:
            return
        try:
            await self.send(text_data=text)
        except OSError:  # how ASGI servers say that the client has gone
            self.ended = True


def _writable(access: PersonalAccess, conversation_id: str) -> str | None:
    """The id of the open conversation that this member may answer, as the log writes it."""
    try:
        wanted = uuid.UUID(conversation_id)
    except ValueError:
        return None
    with wall.around(access.tenant.pk):
        found = Conversation.objects.visible_to(access.place).open().filter(pk=wanted).exists()
    return str(wanted) if found else None


def _read_frame(raw: bytes) -> dict[str, Any] | None:
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return frame if isinstance(frame, dict) else None
