"""Live updates inside one process: one subscription per tenant, handed to its sockets and streams in log order.

The log is the truth. A feed knows the last number it has passed on; a ring that leaves a gap, or a look at the counter
every two seconds that shows one, makes it read what is missing. So a lost ring costs two seconds, never an event.
"""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections import deque
from typing import Any

import structlog
from channels.layers import get_channel_layer

from conversations import log, realtime
from conversations.pacing import Pace
from conversations.realtime import Frame, Writing
from tenants import wall
from tenants.database import in_database

logger = structlog.get_logger("autochat.live")

KEPT_FRAMES = 512  # per tenant; a listener that is further behind reads the log
LOG_PAGE = 500
LOOK_SECONDS = 2.0  # how long a lost ring can stay unnoticed
GROUP_SECONDS = 3600.0  # channel layers forget groups after a day


class Listener:
    """A socket or stream that follows a tenant. `wake` is set whenever there may be something to send."""

    def __init__(self, *, user_id: str = "", is_admin: bool = False, conversation_id: str = "") -> None:
        self.user_id = user_id
        self.is_admin = is_admin
        self.conversation_id = conversation_id
        self.wake = asyncio.Event()
        self.access_ended = False
        self.nudges: set[str] = set()  # kinds of things that changed and that no log tells of
        self.writing: dict[str, Writing] = {}  # who writes where, until it is told: the last one of each conversation

    def take_writing(self) -> list[Writing]:
        """What there is to tell of who writes; it is told once."""
        taken = [*self.writing.values()]
        self.writing.clear()
        return taken


class Feed:
    """One tenant's events in this process."""

    def __init__(self, tenant_id: uuid.UUID, head: int) -> None:
        self.tenant_id = tenant_id
        self.head = head
        self.listeners: set[Listener] = set()
        self._frames: deque[Frame] = deque(maxlen=KEPT_FRAMES)
        self._filling = asyncio.Lock()
        self._nudging = Pace(realtime.NUDGE_SECONDS)  # many processes may nudge, each at its own pace

    async def take(self, frames: list[Frame]) -> None:
        """Pass frames on; where they leave a gap, read the log instead."""
        new = [frame for frame in frames if frame.seq > self.head]
        if new and new[0].seq == self.head + 1 and not self._filling.locked():
            self._pass_on(new)
        elif new:
            await self.catch_up(new[-1].seq)

    async def catch_up(self, seq: int) -> None:
        """Read the log until this number is reached."""
        async with self._filling:
            while self.head < seq:
                frames = await in_database(log.read, self.tenant_id, self.head, LOG_PAGE)
                if not frames:
                    break
                self._pass_on(frames)

    def _pass_on(self, frames: list[Frame]) -> None:
        self.head = frames[-1].seq
        self._frames.extend(frames)
        touched = {frame.conversation_id for frame in frames}
        for listener in self.listeners:
            if not listener.conversation_id or listener.conversation_id in touched:
                listener.wake.set()

    def nudge(self, kind: str) -> None:
        """Have the admins' pages that show this ask anew; it has no number, so order and gaps don't know it."""
        self._nudging.act(kind, lambda: self._pass_on_nudge(kind))

    def _pass_on_nudge(self, kind: str) -> None:
        for listener in self.listeners:
            if listener.is_admin:
                listener.nudges.add(kind)
                listener.wake.set()

    def pass_on_writing(self, writing: Writing) -> None:
        """Tell teammates, other than the one who writes, and the conversation's visitor."""
        for listener in self.listeners:
            is_teammate = listener.user_id and listener.user_id != writing.user_id
            if is_teammate or listener.conversation_id == writing.conversation_id:
                listener.writing[writing.conversation_id] = writing
                listener.wake.set()

    async def after(self, seq: int) -> list[Frame]:
        """The next frames after this number, from memory where it reaches back that far."""
        if seq >= self.head:
            return []
        if self._frames and self._frames[0].seq <= seq + 1:
            start = seq + 1 - self._frames[0].seq
            return list(itertools.islice(self._frames, start, start + LOG_PAGE))
        return await in_database(log.read, self.tenant_id, seq, LOG_PAGE)

    async def of_conversation(self, conversation_id: str, seq: int) -> tuple[list[Frame], int]:
        """One conversation's frames after this number, and the number up to which there are none left."""
        head = self.head
        if not self._frames or self._frames[0].seq > seq + 1:
            wanted = uuid.UUID(conversation_id)
            frames = await in_database(log.read, self.tenant_id, seq, LOG_PAGE, wanted)
            last = frames[-1].seq if frames else seq  # the log may be ahead of what was passed on
            return frames, (last if len(frames) == LOG_PAGE else max(head, last))
        return [f for f in self._frames if f.seq > seq and f.conversation_id == conversation_id], head


class Hub:
    """This process's ear on the channel layer."""

    def __init__(self) -> None:
        self._feeds: dict[uuid.UUID, Feed] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._joining = asyncio.Lock()
        self._channel = ""

    async def join(self, tenant_id: uuid.UUID, listener: Listener) -> Feed:
        """Follow a tenant: subscribed first, then the log's head is read, so nothing falls between."""
        async with self._joining:
            if not self._tasks:
                await self._start()
            feed = self._feeds.get(tenant_id)
            if feed is None:
                await self._subscribe(tenant_id)
                head = (await in_database(log.heads, [tenant_id]))[tenant_id]
                feed = self._feeds.setdefault(tenant_id, Feed(tenant_id, head))
            feed.listeners.add(listener)
        return feed

    async def leave(self, feed: Feed, listener: Listener) -> None:
        """Stop following; the last one out gives up the tenant's subscription."""
        feed.listeners.discard(listener)
        async with self._joining:
            if not feed.listeners and self._feeds.get(feed.tenant_id) is feed:
                del self._feeds[feed.tenant_id]
                try:
                    await get_channel_layer().group_discard(realtime.group_name(feed.tenant_id), self._channel)
                except Exception as error:  # noqa: BLE001  (the next look at the log makes up for it)
                    logger.warning("subscription not given up", error=type(error).__name__)

    def listeners_of(self, user_id: str) -> int:
        """How many sockets this user has open in this process."""
        return sum(listener.user_id == user_id for feed in self._feeds.values() for listener in feed.listeners)

    async def _start(self) -> None:
        realtime.serve_on(asyncio.get_running_loop())
        self._channel = await get_channel_layer().new_channel("live.")
        with wall.lowered():  # for all tenants, not only for whoever is the first
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look())]

    async def _subscribe(self, tenant_id: uuid.UUID) -> None:
        """Without the channel layer the feed still lives on its looks at the log."""
        try:
            await get_channel_layer().group_add(realtime.group_name(tenant_id), self._channel)
        except Exception as error:  # noqa: BLE001  (the next look at the log makes up for it)
            logger.warning("not subscribed", tenant_id=str(tenant_id), error=type(error).__name__)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear(await get_channel_layer().receive(self._channel))
            except Exception as error:  # noqa: BLE001  (the next look at the log makes up for it)
                logger.warning("doorbell not heard", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _hear(self, message: dict[str, Any]) -> None:
        feed = self._feeds.get(uuid.UUID(message["tenant"]))
        if feed is None:
            return
        if message["type"] == "log.appended":
            await feed.take([Frame(*fields) for fields in message["frames"]])
        elif message["type"] == "admins.nudged":
            feed.nudge(message["kind"])
        elif message["type"] == "writing.seen":
            feed.pass_on_writing(Writing(*message["writing"]))
        elif message["type"] == "access.ended":
            for listener in feed.listeners:
                if listener.user_id == message["user"]:
                    listener.access_ended = True
                    listener.wake.set()

    async def _look(self) -> None:
        """Notice what no ring told: compare each feed with its tenant's counter."""
        subscribed_at = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            feeds = list(self._feeds.values())
            if not feeds:
                continue
            try:
                heads = await in_database(log.heads, [feed.tenant_id for feed in feeds])
                await asyncio.gather(*(feed.catch_up(heads[feed.tenant_id]) for feed in feeds))
            except Exception as error:  # noqa: BLE001  (the next look at the log makes up for it)
                logger.warning("log not read", error=type(error).__name__)
            if asyncio.get_running_loop().time() - subscribed_at > GROUP_SECONDS:
                subscribed_at = asyncio.get_running_loop().time()
                await asyncio.gather(*(self._subscribe(feed.tenant_id) for feed in feeds))


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running loop: one per serving process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
