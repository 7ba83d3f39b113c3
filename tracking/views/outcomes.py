"""What conversations came to, as people see and set it: mappings, and the outcomes of one conversation."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations.models import Conversation, Rating
from conversations.reports import collect_facts, report_outcome
from tenants.access import MemberRequest, member_required, role_required
from tenants.models import Role
from tracking import mapping_forms, qualifying
from tracking.answer_forms import AnswersForm, shown
from tracking.models import EventType, Outcome, OutcomeMapping

BY_HAND = (
    EventType.LEAD_QUALIFIED,
    EventType.APPOINTMENT_REQUESTED,
    EventType.QUOTE_REQUESTED,
    EventType.HANDOFF_REQUESTED,
)
"""What people may say by hand; the others are facts that the product sees itself."""


@require_POST
@role_required(Role.ADMIN)
def mappings(request: MemberRequest) -> HttpResponse:
    """Save what is told of outcomes."""
    rows = mapping_forms.rows(request.tenant, request.POST)
    if not mapping_forms.save(rows):
        return render(request, "tracking/_mappings.html", {"mapping_rows": rows, "refused": True}, status=422)
    messages.success(request, "Saved. It holds from the next outcome on.")
    url = f"{reverse('widgets:settings')}?tab=tracking"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@require_GET
@member_required
def panel(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What the conversation came to, beside its contact."""
    return _panel(request, _find(request, pk))


@require_POST
@member_required
def by_hand(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that an outcome was reached."""
    conversation = _find(request, pk)
    event_type = request.POST.get("event_type", "")
    if event_type not in _settable(conversation):
        return HttpResponseBadRequest("There is no such outcome to set by hand, or it isn’t counted.")
    report_outcome(conversation=conversation, event_type=event_type, source="agent")
    if request.headers.get("HX-Request") != "true":
        return redirect("conversations:conversation", pk)
    response = _panel(request, conversation, just_set=True)
    toast = {"text": f"“{EventType(event_type).label}” is set.", "kind": "good"}
    response["HX-Trigger"] = json.dumps({"toast": toast})
    return response


@require_http_methods(["GET", "POST"])
@member_required
def answers(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What is known of the visitor, for people to complete."""
    conversation = _find(request, pk)
    asked = qualifying.asked_by(request.tenant.pk)
    form = AnswersForm(request.POST or None, asked=asked, known=qualifying.answered(conversation))
    if request.method == "POST" and form.is_valid():
        collect_facts(conversation=conversation, values=form.changes(), source="agent")
        messages.success(request, "Saved.")
        return redirect("conversations:conversation", pk)
    context = {"conversation": conversation, "form": form}
    return render(request, "tracking/answers.html", context, status=422 if form.errors else 200)


def _find(request: MemberRequest, pk: uuid.UUID) -> Conversation:
    return get_object_or_404(Conversation.objects.visible_to(request.membership).for_inbox(), pk=pk)


def _settable(conversation: Conversation) -> list[EventType]:
    """What comes to anything when it is set: a lead always, the rest where it is counted."""
    uncounted = OutcomeMapping.objects.for_tenant(conversation.tenant_id).filter(enabled=False)
    off = set(uncounted.values_list("event_type", flat=True))
    is_counted = conversation.channel == Conversation.Channel.WIDGET
    return [kind for kind in BY_HAND if kind == EventType.LEAD_QUALIFIED or (is_counted and kind not in off)]


def _panel(request: MemberRequest, conversation: Conversation, *, just_set: bool = False) -> HttpResponse:
    outcomes = list(Outcome.objects.for_tenant(request.tenant).filter(conversation=conversation).in_order())
    reached = {outcome.type for outcome in outcomes}
    if conversation.qualified:
        reached.add(EventType.LEAD_QUALIFIED)  # also where nobody counts it
    context: dict[str, Any] = {
        "conversation": conversation,
        "outcomes": outcomes,
        "just_set": just_set,
        "to_set": [kind for kind in _settable(conversation) if kind not in reached],
        "is_qualified": conversation.qualified and not any(one.type == EventType.LEAD_QUALIFIED for one in outcomes),
        "rating": Rating.objects.for_tenant(request.tenant).filter(conversation=conversation).first(),
        "answers": shown(qualifying.asked_by(request.tenant.pk), qualifying.answers_of(conversation)),
    }
    return render(request, "tracking/_panel.html", context)
