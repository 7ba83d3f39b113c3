"""Pieces of the inbox, drawn by the very templates that draw the page; live updates swap them in."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from conversations import inbox, transcript
from conversations.models import Conversation, Message
from conversations.views.shown import find_conversation, head_context, list_context, row_context, thread_context
from tenants.access import MemberRequest, member_required


@require_GET
@member_required
def rows(request: MemberRequest) -> HttpResponse:
    """The whole list again."""
    return render(request, "conversations/_list.html", list_context(request))


@require_GET
@member_required
def row(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One row; 204 when the conversation isn't in the list as it is filtered now."""
    if context := row_context(request, pk):
        return render(request, "conversations/_row.html", context)
    find_conversation(request, pk)
    return HttpResponse(status=204)


@require_GET
@member_required
def counts(request: MemberRequest) -> JsonResponse:
    """The numbers on the tabs and in the rail."""
    numbers: dict[str, int | str] = asdict(inbox.count(request.membership))
    numbers |= {name: inbox.say(int(numbers[name])) for name in ("open", "mine")}  # the rail bounds the third by itself
    return JsonResponse(numbers)


@require_GET
@member_required
def panes(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """A conversation and its contact, to put beside the list."""
    return render(request, "conversations/_panes.html", thread_context(request, find_conversation(request, pk)))


@require_GET
@member_required
def head(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """All that stands around the messages: head, composer, contact."""
    return render(request, "conversations/_around.html", head_context(request, find_conversation(request, pk)))


@require_GET
@member_required
def messages(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The messages after one that is shown already, those before one, or else the latest."""
    conversation = find_conversation(request, pk)
    if after := request.GET.get("after"):
        window = transcript.following(conversation, request.user, _message(conversation, after))
    elif before := request.GET.get("before"):
        window = transcript.latest(conversation, request.user, before=_message(conversation, before))
    else:
        window = transcript.latest(conversation, request.user)
    return render(request, "conversations/_lines.html", {"conversation": conversation, "window": window})


def _message(conversation: Conversation, pk: str) -> Message:
    try:
        wanted = uuid.UUID(pk)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(conversation.messages, pk=wanted)
