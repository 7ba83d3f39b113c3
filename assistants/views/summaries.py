"""The piece of the inbox that holds a conversation's summary, and the button that has one made."""

from __future__ import annotations

import uuid
from functools import partial

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from assistants.summarising import reader_of
from assistants.tasks import summarise_conversation
from conversations import summaries
from conversations.models import Conversation
from tenants.access import MemberRequest, member_required


@require_http_methods(["GET", "POST"])
@member_required
def summary(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Show it; POST has one made: at once without a model, else by a worker. `auto` asks only where it is due."""
    conversation = _conversation(request, pk)
    standing = summaries.standing(conversation)
    if request.method == "POST" and (not _is_auto(request) or _is_worth_it(conversation, standing)):
        _make(conversation)
        standing = summaries.standing(_conversation(request, pk))
    if request.headers.get("HX-Request") != "true":
        return redirect("conversations:conversation", pk)
    # What was asked for automatically isn't asked for again by the very piece that answers.
    context = {"conversation": conversation, "summary": standing, "is_answer": True}
    return render(request, "conversations/_summary.html", context)


def _conversation(request: MemberRequest, pk: uuid.UUID) -> Conversation:
    visible = Conversation.objects.visible_to(request.membership).for_inbox().select_related("summary")
    return get_object_or_404(visible, pk=pk)


def _is_auto(request: MemberRequest) -> bool:
    return "auto" in request.GET


def _is_worth_it(conversation: Conversation, standing: summaries.Standing) -> bool:
    return standing.is_due and summaries.has_news(conversation, standing.summary)


def _make(conversation: Conversation) -> None:
    with transaction.atomic():
        if not summaries.claim(conversation):
            return
        if reader_of(conversation) is None:
            summaries.keep(conversation, summaries.extract(summaries.lines(conversation)))
        else:
            transaction.on_commit(partial(summarise_conversation.delay, conversation_id=str(conversation.pk)))
