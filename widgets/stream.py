"""What a visitor's open widget hears: people's replies, released ones, outcomes, and that it was closed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
from django.db.models import QuerySet
from django.utils import timezone

from conversations import log
from conversations.live import Feed, Listener, hub
from conversations.models import Conversation, Event, Message
from conversations.realtime import Frame
from tenants import wall
from tenants.database import in_database
from tenants.models import Tenant
from tracking.services import page_events
from widgets.sse import KEEP_ALIVE_SECONDS, event

STREAM_SECONDS = 15 * 60.0  # then the client comes back, with a token that still holds
WORTH_TELLING = timedelta(days=7)
"""How long after its end a page is told what came of a conversation: ad platforms take no older news."""


def open_conversation(tenant: Tenant, session: str) -> uuid.UUID | None:
    """The session's open conversation."""
    return Conversation.objects.for_tenant(tenant).open().filter(session=session).values_list("pk", flat=True).first()


def to_follow(tenant: Tenant, session: str, since: int | None) -> uuid.UUID | None:
    """The session's open conversation; for who was away when it was closed, that one, to hear of its end."""
    found = open_conversation(tenant, session)
    if found or since is None:
        return found
    last = _theirs(tenant, session).values_list("pk", flat=True).first()
    missed = Event.objects.for_tenant(tenant).filter(conversation_id=last, seq__gt=since, type="conversation:updated")
    return last if last and missed.exists() else None


def last_words(tenant: Tenant, session: str) -> list[bytes]:
    """For a page that was gone when the session's last conversation was closed: what came of it, and that it is over.

    A page that has heard of the end doesn't ask. Nothing where there is nothing to tell.
    """
    last = _theirs(tenant, session).values_list("pk", "closed_at").first()
    if last is None or last[1] is None or last[1] < timezone.now() - WORTH_TELLING:
        return []
    head = log.heads([tenant.pk])[tenant.pk]  # before the outcomes: who comes back from there misses none
    told = [event("tracking", detail) for detail in page_events(tenant.pk, last[0])]
    return [*told, event("closed", {"conversationId": str(last[0])}, head)] if told else []


def _theirs(tenant: Tenant, session: str) -> QuerySet[Conversation]:
    return Conversation.objects.for_tenant(tenant).filter(session=session).order_by("-started_at")


async def farewell(words: list[bytes]) -> AsyncIterator[bytes]:
    """A stream that ends with these events."""
    for word in words:
        yield word


async def follow(tenant_id: uuid.UUID, conversation_id: uuid.UUID, since: int | None) -> AsyncIterator[bytes]:
    """The conversation's events after `since`, or from now on, until it is closed or the time is up.

    From now on begins with its outcomes so far: the page may have been away when they came, and tells each only once.
    """
    listener = Listener(conversation_id=str(conversation_id))
    feed = await hub().join(tenant_id, listener)
    start = feed.head
    try:
        yield b"retry: 2000\n\n"
        if since is not None:
            await feed.catch_up(since)  # the process it comes from may be ahead of this one by a ring
        else:
            with wall.around(tenant_id):
                told = await in_database(page_events, tenant_id, conversation_id)
            for detail in told:
                yield event("tracking", detail)
        async for chunk in _events(feed, listener, start if since is None else min(since, feed.head)):
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
                told, is_end = _told(frame)
                for chunk in told:
                    yield chunk
                if is_end:
                    return
        timer = loop.call_later(KEEP_ALIVE_SECONDS, listener.wake.set)
        await listener.wake.wait()
        timer.cancel()
        for writing in listener.take_writing():
            yield event("typing", {"author": Message.Author.AGENT, "authorName": writing.name})
        if sent >= feed.head:
            yield b": \n\n"


def _told(frame: Frame) -> tuple[list[bytes], bool]:
    """The event as the visitor hears it, and whether it is the last.

    Nothing of what they said themselves, and of what isn't theirs to know.
    """
    data = orjson.loads(frame.text)["data"]
    is_end = frame.type == "conversation:updated" and data["status"] == Conversation.Status.CLOSED
    told = []
    if frame.for_visitor:
        told += [event(beside["event"], beside["data"]) for beside in orjson.loads(frame.for_visitor)]
    if frame.type == "message:new" and data["state"] == Message.State.SENT and _is_news(data):
        told.append(event("message", visitor_message(data), frame.seq))
    if is_end:
        told.append(event("closed", {"conversationId": data["id"]}, frame.seq))
    return told, is_end


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
