"""The addresses at which visitors wait, and where they stop waiting (contract §3). On the event loop alone."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.exceptions import NotAcceptable, NotFound

from conversations import turns
from conversations.said import ContactDetails, Page, Said
from conversations.turns import MessageInProgress
from tenants.database import in_database
from widgets import refusals, serializers, throttles
from widgets.answering import Answering, Key, under_way
from widgets.authentication import Admitted, admit
from widgets.cors import preflight
from widgets.services import Visit, receive
from widgets.sse import stream_response
from widgets.stream import farewell, follow, last_words, to_follow

JSON, SSE = "application/json", "text/event-stream"


async def chat(request: HttpRequest, tenant_id: str) -> HttpResponseBase:
    """Take a visitor's message and answer it, as JSON or, where the client asks for it, as an event stream."""
    if request.method == "OPTIONS":
        return preflight(request.headers.get("Origin"), "POST, OPTIONS")
    if request.method != "POST":
        raise refusals.WrongMethod(str(request.method), allowed="POST, OPTIONS")
    kind = _wanted(request)
    with refusals.in_the_contracts_words():
        found = await in_database(_come_in, request, tenant_id, kind)
    answering = found if isinstance(found, Answering) else Answering(found, is_heard=kind == SSE)
    if kind == SSE:
        return stream_response(answering.told())
    return HttpResponse(orjson.dumps(await asyncio.shield(answering.turn)), content_type=JSON)


async def stop(request: HttpRequest, tenant_id: str) -> HttpResponseBase:
    """Leave an answer at what the visitor has seen of it. Whoever waits for it is told so in its place."""
    if request.method == "OPTIONS":
        return preflight(request.headers.get("Origin"), "POST, OPTIONS")
    if request.method != "POST":
        raise refusals.WrongMethod(str(request.method), allowed="POST, OPTIONS")
    if answering := under_way(await in_database(_stop, request, tenant_id)):
        answering.stop()  # another process sees it for itself
    return HttpResponse(orjson.dumps({"success": True}), content_type=JSON)


async def stream(request: HttpRequest, tenant_id: str) -> HttpResponseBase:
    """Follow a session's open conversation: people's replies, released ones, its end.

    For who was away it is the end of one that was closed lately; 204 where there is nothing to tell.
    """
    if request.method == "OPTIONS":
        return preflight(request.headers.get("Origin"), "GET, OPTIONS")
    if request.method != "GET":
        raise refusals.WrongMethod(str(request.method), allowed="GET, OPTIONS")
    last = request.headers.get("Last-Event-ID", "")
    since = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None
    events = await in_database(_stream_of, request, tenant_id, since)
    return stream_response(events) if events else HttpResponse(status=204)


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


def _come_in(request: HttpRequest, tenant_id: str, kind: str) -> Visit | Answering:
    """Admit the visitor, read what they say, take it in: all that can be refused, and then it is stored.

    Who comes back for a message that this process is answering goes on listening, if they can.
    """
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
    try:
        return receive(said, assistant_id=told.assistant_id, human_only=admitted.settings.human_only)
    except MessageInProgress:
        if kind == SSE and (answering := under_way((said.tenant.pk, said.session, said.client_id))):
            return answering
        raise


def _stop(request: HttpRequest, tenant_id: str) -> Key:
    """Admit the visitor and note that they want no more; gives the message's key."""
    admitted = _admit(request, tenant_id)
    data = serializers.parse(request.body, request.headers.get("Content-Type", ""))
    session, message_id = serializers.read_key(data, "sessionId"), serializers.read_key(data, "messageId")
    throttles.check(throttles.CHAT, tenant_id=admitted.tenant.pk, session=session)
    if not turns.stop(admitted.tenant, session, message_id):
        raise NotFound("There is no such message here.")
    return admitted.tenant.pk, session, message_id


def _stream_of(request: HttpRequest, tenant_id: str, since: int | None) -> AsyncIterator[bytes] | None:
    admitted = _admit(request, tenant_id)
    session = serializers.read_key(request.GET.dict(), "sessionId")
    throttles.check(throttles.STREAM, tenant_id=admitted.tenant.pk, session=session)
    if conversation_id := to_follow(admitted.tenant, session, since):
        return follow(admitted.tenant.pk, conversation_id, since)
    words = last_words(admitted.tenant, session) if since is None else []
    return farewell(words) if words else None
