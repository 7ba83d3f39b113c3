"""The two addresses at which visitors wait: `POST …/chat` and `GET …/stream` (contract §3). On the event loop alone."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.exceptions import NotAcceptable, NotFound

from assistants.selection import AssistantMisconfigured, AssistantNotFound, NoAssistant
from conversations.said import ContactDetails, Page, Said, Settled
from conversations.turns import ConversationNotFound, MessageInProgress
from tenants.database import in_database
from tenants.usage import UsageLimitReached
from widgets import refusals, serializers, throttles
from widgets.authentication import Admitted, admit
from widgets.cors import preflight
from widgets.services import Visit, exchange, receive
from widgets.sse import KEEP_ALIVE_SECONDS, event, stream_response
from widgets.stream import follow, open_conversation

JSON, SSE = "application/json", "text/event-stream"


async def chat(request: HttpRequest, tenant_id: str) -> HttpResponseBase:
    """Take a visitor's message and answer it, as JSON or, where the client asks for it, as an event stream."""
    if request.method == "OPTIONS":
        return preflight(request.headers.get("Origin"), "POST, OPTIONS")
    if request.method != "POST":
        raise refusals.WrongMethod(str(request.method), allowed="POST, OPTIONS")
    kind = _wanted(request)
    with _in_the_contracts_words():
        visit = await in_database(_come_in, request, tenant_id)
    turn = _begin(visit)
    if kind == SSE:
        return stream_response(_told(turn))
    return HttpResponse(orjson.dumps(await asyncio.shield(turn)), content_type=JSON)


async def stream(request: HttpRequest, tenant_id: str) -> HttpResponseBase:
    """Follow a session's open conversation: people's replies, released ones, its end. 204 where there is none."""
    if request.method == "OPTIONS":
        return preflight(request.headers.get("Origin"), "GET, OPTIONS")
    if request.method != "GET":
        raise refusals.WrongMethod(str(request.method), allowed="GET, OPTIONS")
    tenant_uuid, conversation_id = await in_database(_stream_of, request, tenant_id)
    if conversation_id is None:
        return HttpResponse(status=204)
    last = request.headers.get("Last-Event-ID", "")
    since = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None
    return stream_response(follow(tenant_uuid, conversation_id, since))


def _wanted(request: HttpRequest) -> str:
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("Accept", "*/*").split(",")]
    if SSE in accepted:
        return SSE
    if not any(part in ("", "*/*", "application/*", JSON) for part in accepted):
        raise NotAcceptable("This address answers with application/json or text/event-stream.")
    return JSON


def _admit(request: HttpRequest, tenant_id: str) -> Admitted:
    return admit(
        tenant_id=tenant_id,
        authorization=request.headers.get("Authorization"),
        origin=request.headers.get("Origin"),
        referer=request.headers.get("Referer"),
    )


def _come_in(request: HttpRequest, tenant_id: str) -> Visit:
    """Admit the visitor, read what they say, take it in: all that can be refused, and then it is stored."""
    admitted = _admit(request, tenant_id)
    told = serializers.read_chat(serializers.parse(request.body, request.headers.get("Content-Type", "")))
    throttles.check(throttles.CHAT, tenant_id=admitted.tenant.pk, session=told.session_id)
    contact = told.contact or serializers.ContactIn()
    page = told.page or serializers.PageIn()
    said = Said(
        tenant=admitted.tenant,
        session=told.session_id,
        text=told.message,
        client_id=told.message_id or uuid.uuid4().hex,
        conversation_id=told.conversation_id,
        contact=ContactDetails(name=contact.name, email=contact.email, phone=contact.phone),
        page=Page(url=page.url, title=page.title),
    )
    return receive(said, assistant_id=told.assistant_id, human_only=admitted.settings.human_only)


def _stream_of(request: HttpRequest, tenant_id: str) -> tuple[uuid.UUID, uuid.UUID | None]:
    admitted = _admit(request, tenant_id)
    session = serializers.read_key(request.GET.dict(), "sessionId")
    throttles.check(throttles.STREAM, tenant_id=admitted.tenant.pk, session=session)
    return admitted.tenant.pk, open_conversation(admitted.tenant, session)


async def _answered(visit: Visit) -> dict[str, Any]:
    """The answer's body."""
    with _in_the_contracts_words():
        return _body(await exchange(visit))


@contextmanager
def _in_the_contracts_words() -> Iterator[None]:
    """What goes wrong leaves as the contract's code for it."""
    try:
        yield
    except MessageInProgress as problem:
        raise refusals.MessageInProgress(problem.retry_after) from None
    except UsageLimitReached as problem:
        raise refusals.UsageLimitExceeded(limit=problem.limit, resets_at=problem.resets_at) from None
    except (ConversationNotFound, AssistantNotFound):
        raise NotFound("There is no such conversation or assistant here.") from None
    except NoAssistant:
        raise refusals.NoAssistant from None
    except AssistantMisconfigured as problem:
        raise refusals.AssistantMisconfigured(str(problem)) from None


def _body(settled: Settled) -> dict[str, Any]:
    kept = settled.metadata
    metadata = {
        "model": kept["model"],
        "tokens": kept["tokens"],
        "assistantId": kept["assistant_id"],
        "status": settled.status,
    }
    if "reason" in kept:
        metadata["reason"] = kept["reason"]
    return {
        "success": True,
        "conversationId": settled.conversation_id,
        "messageId": settled.client_id,
        "message": settled.text,
        "metadata": metadata,
        "tracking": settled.tracking,
    }


_turns: set[asyncio.Task[dict[str, Any]]] = set()  # the event loop alone would let go of them


def _begin(visit: Visit) -> asyncio.Task[dict[str, Any]]:
    """The turn on its own feet: neither a visitor who leaves nor a server that cuts a request off stops it."""
    turn = asyncio.create_task(_answered(visit))
    _turns.add(turn)
    turn.add_done_callback(_look_at)
    return turn


async def _told(turn: asyncio.Task[dict[str, Any]]) -> AsyncIterator[bytes]:
    """The answer as one event, with signs of life while it is being made."""
    yield b": \n\n"
    while not turn.done():
        await asyncio.wait([turn], timeout=KEEP_ALIVE_SECONDS)
        if not turn.done():
            yield b": \n\n"
    yield event("message", turn.result())


def _look_at(turn: asyncio.Task[dict[str, Any]]) -> None:
    """An error of a turn whose visitor has left has been stored; here it only must not count as never seen."""
    _turns.discard(turn)
    if not turn.cancelled():
        turn.exception()
