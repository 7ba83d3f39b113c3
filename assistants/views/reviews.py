"""The queue of held replies: what was asked, what the assistant wants to say, and what a person decides."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assistants import reviews
from assistants.models import Review
from assistants.models.safety import ReviewQuerySet
from assistants.safety.marking import cut
from conversations.rows import known_name_of, name_of
from tenants.access import MemberRequest, role_required
from tenants.models import Role

SHOWN = 100
DECIDED_SHOWN = 20
REPLY_LONGEST = 16_000
DONE = {
    Review.Decision.RELEASE: "Released. The visitor has it now.",
    Review.Decision.EDIT: "Sent in your words.",
    Review.Decision.DISCARD: "Discarded. The visitor never sees it.",
}


@require_safe
@role_required(Role.MANAGER)
def queue(request: MemberRequest, review_id: uuid.UUID | None = None) -> HttpResponse:
    """What waits, the longest waiting first, and one of them in full."""
    return _page(request, _review(request, review_id) if review_id else None)


@require_POST
@role_required(Role.MANAGER)
def decision(request: MemberRequest, review_id: uuid.UUID) -> HttpResponse:
    """Release, edit or discard; then on to the next one."""
    review = _review(request, review_id)
    chosen, text = request.POST.get("decision", ""), request.POST.get("message", "").replace("\x00", "").strip()
    if chosen not in Review.Decision.values:
        return redirect("reviews:review", review.pk)
    if chosen == Review.Decision.EDIT and not 0 < len(text) <= REPLY_LONGEST:
        problem = "Write what the visitor should read." if not text else f"Use at most {REPLY_LONGEST:,} characters."
        return _page(request, review, problem=problem, written=text)
    following = _rows(request).waiting().filter(created_at__gt=review.created_at).order_by("created_at", "id").first()
    try:
        reviews.decide(review=review, by=request.membership, decision=Review.Decision(chosen), text=text)
    except reviews.NotHeld:
        decided = _review(request, review_id)
        who = decided.decided_by.get_full_name() if decided.decided_by else decided.decided_by_token or "Somebody"
        messages.warning(request, f"{who} was faster: this reply is {decided.get_decision_display().lower()} already.")
        return redirect("reviews:review", review.pk)
    except reviews.ConversationClosed:
        messages.error(request, "The conversation is closed. Discard the reply, or open the conversation again.")
        return redirect("reviews:review", review.pk)
    messages.success(request, DONE[Review.Decision(chosen)])
    return redirect("reviews:review", following.pk) if following else redirect("reviews:queue")


def _rows(request: MemberRequest) -> ReviewQuerySet:
    return Review.objects.for_tenant(request.tenant)


def _review(request: MemberRequest, review_id: uuid.UUID) -> Review:
    return get_object_or_404(_rows(request).for_queue(), pk=review_id)


def _page(request: MemberRequest, chosen: Review | None, *, problem: str = "", written: str = "") -> HttpResponse:
    waiting = list(_rows(request).waiting().for_queue().order_by("created_at", "id")[:SHOWN])
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    decided = _rows(request).filter(decided_at__gte=today).for_queue().order_by("-decided_at", "-id")[:DECIDED_SHOWN]
    current = chosen or next(iter(waiting), None)
    context = {
        "waiting": [_row(review) for review in waiting],
        "decided": [_row(review) for review in decided],
        "current": _row(current) if current else None,
        "is_chosen": chosen is not None,
        "is_editing": bool(problem) or ("edit" in request.GET and current is not None and current.decision == ""),
        "problem": problem,
        "written": written,
    }
    if current:
        context |= _in_full(current, [review.pk for review in waiting])
    template = "assistants/_reviews.html" if request.headers.get("HX-Request") == "true" else "assistants/reviews.html"
    return render(request, template, context, status=422 if problem else 200)


def _row(review: Review) -> dict[str, Any]:
    findings = review.message.metadata.get("safety", [])
    keywords = list(dict.fromkeys(finding["text"] for finding in findings))
    conversation = review.conversation
    return {
        "review": review,
        "name": name_of(conversation),
        "known_name": known_name_of(conversation),
        "why": "“" + "”, “".join(keywords[:3]) + "”" if keywords else review.get_why_display(),
    }


def _in_full(review: Review, waiting: list[uuid.UUID]) -> dict[str, Any]:
    findings = review.message.metadata.get("safety", [])
    places = [(finding["start"], finding["end"], finding["label"]) for finding in findings]
    at = waiting.index(review.pk) if review.pk in waiting else None
    return {
        "parts": cut(review.drafted, places),
        "findings": findings,
        "asked": review.message.reply_to,
        "place": None if at is None else at + 1,
        "previous": waiting[at - 1] if at else None,
        "next": waiting[at + 1] if at is not None and at + 1 < len(waiting) else None,
    }


@require_safe
@role_required(Role.MANAGER)
def count(request: MemberRequest) -> JsonResponse:
    """How many replies wait: the number in the rail."""
    return JsonResponse({"held": _rows(request).waiting().count()})
