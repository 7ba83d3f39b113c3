"""The dashboard's REST door to conversations (contract §4)."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conversations import inbox, serializers, services
from conversations.export import csv_response
from conversations.forms import FilterForm, PageForm
from conversations.inbox import Filters
from conversations.models import Conversation
from conversations.payloads import conversation_payload, message_payload
from tenants.authentication import Access
from tenants.models import User

_PART = [OpenApiParameter("limit", int, description="1 to 200, 50 by default"), OpenApiParameter("offset", int)]
_FILTERS = [
    OpenApiParameter("channel", str, enum=Conversation.Channel.values),
    OpenApiParameter("status", str, enum=Conversation.Status.values),
    OpenApiParameter("qualified", bool),
    OpenApiParameter("assigned_to", str, description="A person's id, `me` or `none`"),
    OpenApiParameter("from", str, description="Started on or after this date or time"),
    OpenApiParameter("to", str, description="Started on or before this date, or before this time"),
    OpenApiParameter("q", str, description="Words of the contact's name, e-mail, phone, company, or of the messages"),
]
PROBLEMS: dict[type[Exception], str] = {
    services.ConversationClosed: "The conversation is closed. Open it again with {“status”: “open”} first.",
    services.AnotherIsOpen: "The visitor has another open conversation. Answer there, or close it first.",
    services.NotAMember: "assigned_to: There is no such person in this company.",
}


class ConversationView(APIView):
    """A view about conversations that the caller may see."""

    def conversation(self, request: Request, pk: uuid.UUID) -> Conversation:
        """The one asked for; 404 when there is none or it isn't the caller's to see."""
        return get_object_or_404(Conversation.objects.visible_to(_access(request).place).for_inbox(), pk=pk)

    def filters(self, request: Request) -> Filters:
        """The filters of the query string; 400 when one makes no sense."""
        with timezone.override(_access(request).tenant.tzinfo):  # a bare date is a day of theirs
            form = FilterForm(request.query_params)
            if not form.is_valid():
                raise ValidationError({name: [str(word) for word in words] for name, words in form.errors.items()})
            filters = form.filters()
        if filters.assigned_to == "me" and _access(request).user is None:
            raise ValidationError({"assigned_to": ["“me” is a person; an API token is none. Send somebody’s id."]})
        return filters

    def part(self, request: Request) -> slice:
        """The rows asked for by `limit` and `offset`."""
        form = PageForm(request.query_params)
        if not form.is_valid():
            raise ValidationError({name: [str(word) for word in words] for name, words in form.errors.items()})
        return form.part()

    def handle_exception(self, exc: Exception) -> Response:
        """What a person can't do now is their request's fault, said in words."""
        if problem := PROBLEMS.get(type(exc)):
            exc = ValidationError({"non_field_errors": [problem]})
        return super().handle_exception(exc)


class Conversations(ConversationView):
    """GET /api/conversations."""

    @extend_schema(
        operation_id="conversations_list", parameters=[*_FILTERS, *_PART], responses=serializers.ConversationPage
    )
    def get(self, request: Request) -> Response:
        """List conversations, the one last written in first."""
        filters, part = self.filters(request), self.part(request)
        found = inbox.find(_access(request).place, filters)
        shown = [conversation_payload(row) for row in inbox.some_of(found.in_order(), filters, part).for_inbox()]
        return Response({"conversations": shown, "total": inbox.count_found(found, filters)} | _part_words(part))


class OneConversation(ConversationView):
    """GET and PATCH /api/conversations/{id}."""

    @extend_schema(operation_id="conversations_read", responses=serializers.ConversationOut)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a conversation."""
        return Response(conversation_payload(self.conversation(request, pk)))

    @extend_schema(
        operation_id="conversations_change", request=serializers.ChangesIn, responses=serializers.ConversationOut
    )
    def patch(self, request: Request, pk: uuid.UUID) -> Response:
        """Open or close it, assign it, pause the assistant or give the conversation back to it."""
        conversation = self.conversation(request, pk)
        changes = serializers.ChangesIn(data=request.data)
        changes.is_valid(raise_exception=True)
        self._change(request, conversation, changes.validated_data)
        return Response(conversation_payload(Conversation.objects.for_inbox().get(pk=conversation.pk)))

    def _change(self, request: Request, conversation: Conversation, wanted: dict[str, Any]) -> None:
        """One verb per field: opened first, closed last, because only an open conversation can be changed."""
        place, status = _access(request).place, wanted.get("status")
        person = self._person(request, wanted["assigned_to"]) if "assigned_to" in wanted else None
        if status == Conversation.Status.OPEN and not conversation.is_open:
            conversation = services.reopen_conversation(conversation=conversation, by=place)
        if "assigned_to" in wanted and wanted["assigned_to"] != conversation.assigned_to_id:
            conversation = services.assign(conversation=conversation, to=person)
        if wanted.get("ai_paused", conversation.ai_paused) != conversation.ai_paused:
            change = services.pause_assistant if wanted["ai_paused"] else services.give_back
            conversation = change(conversation=conversation)
        if status == Conversation.Status.CLOSED and conversation.is_open:
            services.close_conversation(conversation=conversation, by=place)

    def _person(self, request: Request, user_id: uuid.UUID | None) -> User | None:
        return services.find_member(_access(request).tenant.pk, user_id) if user_id else None


class Messages(ConversationView):
    """GET and POST /api/conversations/{id}/messages."""

    @extend_schema(operation_id="messages_list", parameters=_PART, responses=serializers.MessagePage)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Read a transcript, oldest message first."""
        said, part = self.conversation(request, pk).messages.all(), self.part(request)
        shown = [message_payload(message) for message in said.in_order()[part]]
        return Response({"messages": shown, "total": said.count()} | _part_words(part))

    @extend_schema(operation_id="messages_post", request=serializers.ReplyIn, responses=serializers.Posted)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Say something to the visitor; the assistant is silent from then on."""
        conversation = self.conversation(request, pk)
        reply = serializers.ReplyIn(data=request.data)
        reply.is_valid(raise_exception=True)
        said = reply.validated_data
        message = services.post_reply(
            conversation=conversation, by=_access(request).place, text=said["message"], client_id=said["client_id"]
        )
        return Response({"success": True, "message_id": str(message.pk)})


class Export(ConversationView):
    """GET /api/conversations/export.csv."""

    @extend_schema(
        operation_id="conversations_export", parameters=_FILTERS, responses={(200, "text/csv"): OpenApiTypes.STR}
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Get the filtered list as CSV, however long it is."""
        return csv_response(_access(request).place, self.filters(request))


def _access(request: Request) -> Access:
    return cast("Access", request.auth)


def _part_words(part: slice) -> dict[str, int]:
    return {"limit": part.stop - part.start, "offset": part.start}
