"""What a visitor's open widget hears: people's replies, released ones, and that the conversation was closed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import orjson

from conversations.live import Feed, Listener, hub
from conversations.models import Conversation, Message
from conversations.realtime import Frame
from tenants.models import Tenant
from widgets.sse import KEEP_ALIVE_SECONDS, event

STREAM_SECONDS = 15 * 60.0  # then the client comes back, with a token that still holds


def open_conversation(tenant: Tenant, session: str) -> uuid.UUID | None:
    """The session's open conversation."""
    return Conversation.objects.for_tenant(tenant).open().filter(session=session).values_list("pk", flat=True).first()


async def follow(tenant_id: uuid.UUID, conversation_id: uuid.UUID, since: int | None) -> AsyncIterator[bytes]:
    """The conversation's events after `since`, or from now on, until it is closed or the time is up."""
    listener = Listener(conversation_id=str(conversation_id))
    feed = await hub().join(tenant_id, listener)
    try:
        yield b"retry: 2000\n\n"
        if since is not None:
            await feed.catch_up(since)  # the process it comes from may be ahead of this one by a ring
        async for chunk in _events(feed, listener, feed.head if since is None else min(since, feed.head)):
            yield chunk
    finally:
        await hub().leave(feed, listener)


async def _events(feed: Feed, listener: Listener, sent: int) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + STREAM_SECONDS
    while loop.time() < ends:
        listener.wake.clear()
        while sent < feed.head:
            frames, sent = await feed.of_conversation(listener.conversation_id, sent)
            for frame in frames:
                told = _told(frame)
                if told:
                    yield told
                if told and frame.type == "conversation:updated":
                    return
        timer = loop.call_later(KEEP_ALIVE_SECONDS, listener.wake.set)
        await listener.wake.wait()
        timer.cancel()
        if sent >= feed.head:
            yield b": \n\n"


def _told(frame: Frame) -> bytes | None:
    """The event as the visitor hears it, or nothing: what they said themselves, and what isn't theirs to know."""
    data = orjson.loads(frame.text)["data"]
    if frame.type == "message:new" and data["state"] == Message.State.SENT and _is_news(data):
        return event("message", visitor_message(data), frame.seq)
    if frame.type == "conversation:updated" and data["status"] == Conversation.Status.CLOSED:
        return event("closed", {"conversationId": data["id"]}, frame.seq)
    return None


_PEOPLE = (Message.Author.AGENT, Message.Author.SYSTEM)


def _is_news(data: dict[str, Any]) -> bool:
    """What assistants say comes as the answer to the visitor's call, unless a person has released it later."""
    return data["author"] in _PEOPLE or "released_by" in data["metadata"]


def visitor_message(data: dict[str, Any]) -> dict[str, Any]:
    """A dashboard's message as the visitor sees it: the shape of `GET …/messages`."""
    told = {
        "messageId": data["id"],
        "author": data["author"],
        "message": data["message"],
        "createdAt": data["created_at"],
    }
    if data["author_name"]:
        told["authorName"] = data["author_name"]
    sources = data["metadata"].get("sources")
    return told | ({"sources": sources} if sources else {})
