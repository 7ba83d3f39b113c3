"""The doorbell: after a commit, every process hears what was appended to a tenant's log.

The only caller of `group_send`. Nothing depends on a ring arriving: whoever misses one reads the log. What is in no log
only nudges: pages that show it ask anew, and ask by themselves now and then. That somebody writes is told in passing:
who misses it misses nothing.
"""

from __future__ import annotations

import asyncio
import functools
import threading
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer

from conversations.pacing import Pace

logger = structlog.get_logger("autochat.realtime")

NUDGE_SECONDS = 1.0  # between two nudges of a kind to a tenant


class Frame(NamedTuple):
    """An event of the log as it goes over a socket, serialised once; `for_visitor` goes to the visitor's stream."""

    seq: int
    type: str
    conversation_id: str
    assigned_to: str
    text: str
    for_visitor: str = ""


def group_name(tenant_id: uuid.UUID) -> str:
    """The channel layer's group of everybody who follows this tenant."""
    return f"tenant.{tenant_id.hex}"


def tell(tenant_id: uuid.UUID, frames: Sequence[Frame]) -> None:
    """Ring for new events of the log; call it after their commit."""
    ring(tenant_id, {"type": "log.appended", "frames": [*frames]})


def end_access(tenant_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Have the sockets of this user in this tenant closed; call it after the commit."""
    ring(tenant_id, {"type": "access.ended", "user": str(user_id)})


def nudge(tenant_id: uuid.UUID, kind: str) -> None:
    """Have pages that show this kind of thing ask anew, from any thread: once a second is enough. It is in no log."""
    ring_now = functools.partial(ring, tenant_id, {"type": "admins.nudged", "kind": kind})
    _loop().call_soon_threadsafe(lambda: _pace().act((tenant_id, kind), ring_now))


class Writing(NamedTuple):
    """A member of the team is writing in a conversation."""

    conversation_id: str
    user_id: str
    name: str


def tell_of_writing(tenant_id: uuid.UUID, writing: Writing) -> None:
    """Have teammates and the visitor of this conversation see that somebody writes."""
    ring(tenant_id, {"type": "writing.seen", "writing": writing})


def ring(tenant_id: uuid.UUID, message: dict[str, Any]) -> None:
    """Send to the tenant's group, from any thread, without waiting."""
    with _lock:
        _waiting.append((tenant_id, message))
        is_first = len(_waiting) == 1
    if is_first:  # those behind it are taken along
        asyncio.run_coroutine_threadsafe(_send_waiting(), _loop())


_lock = threading.Lock()
_waiting: list[tuple[uuid.UUID, dict[str, Any]]] = []


async def _send_waiting() -> None:
    """Send what has gathered: the frames of one tenant in one message, for each message costs a round trip."""
    with _lock:
        batch = _waiting.copy()
        _waiting.clear()
    frames: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for tenant_id, message in batch:
        if message["type"] == "log.appended":
            frames[tenant_id] += message["frames"]
        else:
            await _send(tenant_id, message)
    for tenant_id, gathered in frames.items():
        await _send(tenant_id, {"type": "log.appended", "frames": sorted(gathered)})


async def _send(tenant_id: uuid.UUID, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    try:
        await layer.group_send(group_name(tenant_id), message | {"tenant": str(tenant_id)})
    except Exception as error:  # noqa: BLE001  (whatever a broker's client raises, the log still has it)
        logger.warning("doorbell not rung", tenant_id=str(tenant_id), error=type(error).__name__)


_paces: WeakKeyDictionary[asyncio.AbstractEventLoop, Pace] = WeakKeyDictionary()


def _pace() -> Pace:
    return _paces.setdefault(asyncio.get_running_loop(), Pace(NUDGE_SECONDS))


_serving: list[asyncio.AbstractEventLoop] = []


def serve_on(loop: asyncio.AbstractEventLoop) -> None:
    """Ring from this loop from now on: the one on which this process's listeners live."""
    _serving[:] = [loop]


def _loop() -> asyncio.AbstractEventLoop:
    return next((loop for loop in _serving if loop.is_running()), None) or _own_loop()


@functools.cache
def _own_loop() -> asyncio.AbstractEventLoop:
    """For processes that serve nobody, such as a Celery worker: a loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="doorbell", daemon=True).start()
    return loop
