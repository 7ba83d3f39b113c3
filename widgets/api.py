"""The widget's own API, less the two addresses at which visitors wait (`widgets.chat`)."""

from __future__ import annotations

import hashlib

import orjson
from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from assistants.models import Assistant
from assistants.selection import default_for_chat
from conversations.models import Conversation, Message
from conversations.ratings import rate_conversation
from tracking import sightings
from tracking.services import record_widget_event, speaks_to_pages
from widgets import schemas, seen, serializers, throttles
from widgets.domains import site_of
from widgets.door import WidgetView
from widgets.refusals import VoiceNotConfigured
from widgets.wire import config_payload, message_payload

HISTORY = 200  # messages given at once: a screen's worth many times over

SESSION = OpenApiParameter("sessionId", required=True, description="The visitor's session.")
AFTER = OpenApiParameter("after", description="The id of a message: only later ones are given.")


class ConfigView(WidgetView):
    """How the widget looks and behaves."""

    @extend_schema(operation_id="widget_config", tags=["widget"], responses=schemas.CONFIG)
    def get(self, request: Request, tenant_id: str) -> HttpResponse:
        admitted = self.admitted
        throttles.check(throttles.CONFIG, tenant_id=admitted.tenant.pk)
        assistant = None if admitted.settings.human_only else default_for_chat(admitted.tenant)
        config = config_payload(admitted.settings, assistant, tracks=speaks_to_pages(admitted.tenant))
        body = orjson.dumps({"success": True, "config": config})
        tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        # Kept by the visitor's browser, asked for again each time: a change of settings shows at the next page.
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(body, content_type="application/json", headers=headers)


class MessagesView(WidgetView):
    """The open conversation of a session, oldest first."""

    @extend_schema(
        operation_id="widget_messages", tags=["widget"], parameters=[SESSION, AFTER], responses=schemas.MESSAGES
    )
    def get(self, request: Request, tenant_id: str) -> Response:
        session = serializers.read_key(request.query_params, "sessionId")
        after = serializers.read_key(request.query_params, "after", required=False)
        tenant = self.admitted.tenant
        throttles.check(throttles.MESSAGES, tenant_id=tenant.pk, session=session)
        conversation = Conversation.objects.for_tenant(tenant).open().filter(session=session).first()
        lines = _lines(conversation, after) if conversation else []
        return Response(
            {
                "success": True,
                "conversationId": str(conversation.pk) if conversation else None,
                "messages": [message_payload(line) for line in lines],
            }
        )


class TrackView(WidgetView):
    """Counts what happens in widgets."""

    @extend_schema(operation_id="widget_track", tags=["widget"], request=schemas.TRACK, responses=schemas.SUCCESS)
    def post(self, request: Request, tenant_id: str) -> Response:
        said = serializers.read_track(self.read_body(request))
        tenant = self.admitted.tenant
        throttles.check(throttles.TRACK, tenant_id=tenant.pk, session=said.session_id)
        record_widget_event(tenant_id=tenant.pk, event=said.event)
        source = request.headers.get("Origin") or request.headers.get("Referer")
        if said.event == seen.EVENT:
            seen.note(tenant.pk, source)
        if said.event == sightings.EVENT:
            site = site_of(source)
            host, event_type = site.host if site else "", said.metadata.get("eventType")
            sightings.record_sighting(tenant_id=tenant.pk, host=host, event_type=event_type)
        return Response({"success": True})


class RatingView(WidgetView):
    """How the visitor found a conversation, open or closed; a second rating takes the first one's place."""

    @extend_schema(
        operation_id="widget_rating", tags=["widget"], request=schemas.RATING, responses=schemas.RATING_ANSWER
    )
    def post(self, request: Request, tenant_id: str) -> Response:
        said = serializers.read_rating(self.read_body(request))
        tenant = self.admitted.tenant
        throttles.check(throttles.RATING, tenant_id=tenant.pk, session=said.session_id)
        theirs = Conversation.objects.for_tenant(tenant).filter(session=said.session_id).for_inbox()
        conversation = theirs.filter(pk=said.conversation_id).first()
        if conversation is None:
            raise NotFound("There is no such conversation here.")
        told = rate_conversation(conversation=conversation, score=said.score, comment=said.comment)
        return Response({"success": True, "tracking": told})


class VoiceStartView(WidgetView):
    """The number to call instead of writing."""

    @extend_schema(operation_id="widget_voice", tags=["widget"], request=schemas.VOICE, responses=schemas.VOICE_ANSWER)
    def post(self, request: Request, tenant_id: str) -> Response:
        data = self.read_body(request)
        session = serializers.read_key(data, "sessionId")
        requested = serializers.read_id(data, "assistantId")
        tenant, settings = self.admitted.tenant, self.admitted.settings
        throttles.check(throttles.VOICE, tenant_id=tenant.pk, session=session)
        if not settings.voice_number:
            raise VoiceNotConfigured
        assistants = Assistant.objects.for_tenant(tenant).active()
        assistant = assistants.filter(pk=requested).first() if requested else None
        assistant = assistant or default_for_chat(tenant)
        conversation = Conversation.objects.for_tenant(tenant).open().filter(session=session).first()
        return Response(
            {
                "success": True,
                "conversationId": str(conversation.pk) if conversation else None,
                "assistantId": str(assistant.pk) if assistant else None,
                "phoneNumber": settings.voice_number,
            }
        )


def _lines(conversation: Conversation, after: str) -> list[Message]:
    """The latest lines, or those after one that the client knows; an unknown id gives the latest."""
    lines = Message.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation).for_visitor()
    known = lines.filter(_named(after)).first() if after else None
    if known is not None:
        later = Q(created_at__gt=known.created_at) | Q(created_at=known.created_at, pk__gt=known.pk)
        return list(lines.filter(later).order_by("created_at", "id")[:HISTORY])
    return list(lines.order_by("-created_at", "-id")[:HISTORY])[::-1]


def _named(message_id: str) -> Q:
    """A message by the id its client gave it, or by ours."""
    ours = serializers.as_uuid(message_id)
    return Q(author=Message.Author.VISITOR, client_id=message_id) | (Q(pk=ours) if ours else Q())
