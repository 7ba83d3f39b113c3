"""What people do with a conversation. Each act answers with what it changed, or without htmx with the page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from conversations import services, transcript
from conversations.forms import ReplyForm
from conversations.models import Conversation, Message
from conversations.views.shown import find_conversation, head_context
from tenants.access import MemberRequest, member_required

CLOSED = "This conversation is closed. Open it again to go on."
ANOTHER_IS_OPEN = "The visitor has begun a new conversation since. Answer there; this one stays closed."
NOT_A_MEMBER = "This person isn’t on your team any more. Reload the page to see who is."


def is_fragment(request: MemberRequest) -> bool:
    """Whether a script asked, which wants the changed piece and not the page."""
    return request.headers.get("HX-Request") == "true"


@require_POST
@member_required
def replies(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Say something to the visitor."""
    conversation = find_conversation(request, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _refuse_reply(request, pk, str(next(iter(form.errors.values()))[0]))
    said = form.cleaned_data
    try:
        reply = services.post_reply(
            conversation=conversation, by=request.membership, text=said["message"], client_id=said["client_id"]
        )
    except services.ConversationClosed:
        return _refuse_reply(request, pk, CLOSED)
    if not is_fragment(request):
        return redirect("conversations:conversation", pk)
    window = _from_last_seen(request, conversation, reply)
    return render(request, "conversations/_lines.html", {"conversation": conversation, "window": window})


def _from_last_seen(request: MemberRequest, conversation: Conversation, reply: Message) -> transcript.Window:
    """The lines after the last one that the sender has on their screen, the reply among them."""
    seen = request.POST.get("after", "")
    try:
        last = conversation.messages.filter(pk=uuid.UUID(seen), created_at__lt=reply.created_at).first()
    except ValueError:
        last = None
    if last is None:
        return transcript.latest(conversation, request.user)
    return transcript.following(conversation, request.user, last)


def _refuse_reply(request: MemberRequest, pk: uuid.UUID, why: str) -> HttpResponse:
    if is_fragment(request):
        return JsonResponse({"success": False, "error": {"code": "invalid_request", "message": why}}, status=422)
    messages.error(request, why)
    return redirect("conversations:conversation", pk)


@require_POST
@member_required
def handover(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take over from the assistant; where nobody had the conversation, who takes over has it now."""
    return _act(request, pk, lambda it: services.take_over(conversation=it, by=request.membership))


@require_POST
@member_required
def giving_back(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the conversation back to the assistant."""
    return _act(request, pk, lambda it: services.give_back(conversation=it))


@require_POST
@member_required
def closure(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Close the conversation."""
    return _act(request, pk, lambda it: services.close_conversation(conversation=it, by=request.membership))


@require_POST
@member_required
def reopening(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a closed conversation again."""
    return _act(request, pk, lambda it: services.reopen_conversation(conversation=it, by=request.membership))


@require_POST
@member_required
def assignment(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the conversation to a member, or with an empty `to` to nobody."""

    def assign(conversation: Conversation) -> Conversation:
        to = request.POST.get("to", "")
        person = services.find_member(request.tenant.pk, _uuid(to)) if to else None
        return services.assign(conversation=conversation, to=person)

    return _act(request, pk, assign)


@require_POST
@member_required
def read(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The visitor's messages have been seen."""
    services.mark_read(conversation=find_conversation(request, pk))
    return HttpResponse(status=204)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise services.NotAMember from None


def _act(request: MemberRequest, pk: uuid.UUID, act: Callable[[Conversation], Conversation]) -> HttpResponse:
    conversation, problem = find_conversation(request, pk), ""
    try:
        act(conversation)
    except services.ConversationClosed:
        problem = CLOSED
    except services.AnotherIsOpen:
        problem = ANOTHER_IS_OPEN
    except services.NotAMember:
        problem = NOT_A_MEMBER
    if not is_fragment(request):
        if problem:
            messages.warning(request, problem)
        return redirect("conversations:conversation", pk) if _may_see(request, pk) else redirect("conversations:inbox")
    if not _may_see(request, pk):  # an agent who gave it to somebody else
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("conversations:inbox")})
    now = find_conversation(request, pk)
    response = render(request, "conversations/_around.html", head_context(request, now) | {"swap": True})
    if problem:
        response["HX-Trigger"] = json.dumps({"toast": {"text": problem, "kind": "warn"}})
    return response


def _may_see(request: MemberRequest, pk: uuid.UUID) -> bool:
    return Conversation.objects.visible_to(request.membership).filter(pk=pk).exists()
