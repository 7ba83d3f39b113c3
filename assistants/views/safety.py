"""The page about safety: the tenant's lists beside the system's, a box to try a text in, and what fired lately."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from assistants import holding, policies
from assistants.models import Holding, SafetyMatch
from assistants.safety.marking import cut
from assistants.safety.policy import LABELS, SYSTEM, Level
from assistants.safety.verdicts import Action, judge_text
from assistants.safety_forms import HoldingForm, SafetyForm
from conversations.rows import name_of
from tenants.access import MemberRequest, role_required
from tenants.models import Role

TEXT_LONGEST = 16_000
LATELY = 20
DONE = {
    Action.LET_THROUGH.value: "Let through",
    Action.HAND_OVER.value: "Handed to your team",
    Action.SERIOUS.value: "Handed to your team",
    Action.HOLD.value: "Held for review",
    Action.BLOCK.value: "Blocked",
}
AS_VISITOR = {
    Action.LET_THROUGH: "From a visitor: an assistant answers.",
    Action.HAND_OVER: "From a visitor: your team takes over, because the visitor asks for a person.",
    Action.SERIOUS: "From a visitor: no assistant answers, your team takes over.",
}
AS_REPLY = {
    Action.LET_THROUGH: "In a reply: it is sent.",
    Action.HOLD: "In a reply: it is held for review, or stopped where the assistant’s replies are never reviewed.",
    Action.BLOCK: "In a reply: it is never sent.",
}


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def safety(request: MemberRequest) -> HttpResponse:
    """Look at the lists and change one's own."""
    row = policies.row_of(request.tenant)
    form = SafetyForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        policies.save_lists(tenant=request.tenant, lists=form.cleaned_data)
        messages.success(request, "The safety lists are saved. The next message goes by them.")
        return redirect("assistants:safety")
    return _page(request, form, HoldingForm(row=_holding(request)))


@require_POST
@role_required(Role.ADMIN)
def holding_text(request: MemberRequest) -> HttpResponse:
    """Say what visitors read while a reply is held, and after how long."""
    form = HoldingForm(request.POST, row=None)
    if form.is_valid():
        holding.set_holding(request.tenant, **form.cleaned_data)
        messages.success(request, "What visitors read while a reply is held is saved.")
        return redirect("assistants:safety")
    return _page(request, SafetyForm(row=policies.row_of(request.tenant)), form)


def _page(request: MemberRequest, form: SafetyForm, waiting: HoldingForm) -> HttpResponse:
    context = {"form": form, "lists": _lists(form), "lately": _lately(request), "holding": waiting}
    return render(request, "assistants/safety.html", context, status=422 if form.errors or waiting.errors else 200)


def _holding(request: MemberRequest) -> Holding | None:
    return Holding.objects.for_tenant(request.tenant).first()


@require_POST
@role_required(Role.ADMIN)
def trial(request: MemberRequest) -> HttpResponse:
    """What a text sets off, by the lists as they are saved."""
    text = request.POST.get("text", "").replace("\x00", "")[:TEXT_LONGEST]
    found = judge_text(policies.policy_of(request.tenant.pk), text)
    context = {
        "text": text.strip(),
        "found": found,
        "parts": cut(text, [(f.start, f.end, LABELS[f.level]) for f in found.matches]),
        "findings": [{"text": f.text, "keyword": f.keyword, "label": LABELS[f.level], "system": f.system}
                     for f in found.matches],
        "as_visitor": AS_VISITOR[found.as_visitor],
        "as_reply": AS_REPLY[found.as_reply],
    }  # fmt: skip
    return render(request, "assistants/_safety_verdict.html", context)


def _lists(form: SafetyForm) -> list[dict[str, Any]]:
    """Each list with its field, and the system's part of it."""
    return [
        {"field": form[policies.FIELDS[level]], "system": SYSTEM[level], "count": len(SYSTEM[level])} for level in Level
    ]


def _lately(request: MemberRequest) -> list[dict[str, Any]]:
    rows = SafetyMatch.objects.for_tenant(request.tenant).select_related("conversation__contact")
    return [
        {"match": row, "name": name_of(row.conversation), "label": LABELS[Level(row.level)], "done": DONE[row.action]}
        for row in rows.order_by("-created_at", "-id")[:LATELY]
    ]
