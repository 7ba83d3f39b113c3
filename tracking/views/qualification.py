"""Settings → Qualification: what makes a visitor a lead, edited and tried without JSON."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking import qualification_draft, qualification_form, qualifying
from tracking.models import Qualification
from tracking.qualification.definition import TYPES, Invalid
from tracking.qualification_draft import COMPARISONS, Draft

_MEANWHILE = "Somebody else saved this page meanwhile. Yours is below; save again to put it in the place of theirs."


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def qualification(request: MemberRequest) -> HttpResponse:
    """The page; every button but “Save” changes only what is on it."""
    stored = qualifying.asked_by(request.tenant.pk)
    if request.method == "GET":
        return _page(request, qualification_form.of(stored), stored)
    draft = qualification_form.read(request.POST)
    act = request.POST.get("act", "save")
    try:
        if act == "save":
            _save(request, draft, stored)
            messages.success(request, "Saved. It holds from the next answer on.")
            return redirect("tracking:qualification")
        if act == "try":
            draft.judge()
        else:
            qualification_draft.act(draft, act)
    except qualifying.ChangedMeanwhile:
        draft.problems.append(_MEANWHILE)
        return _page(request, draft, qualifying.asked_by(request.tenant.pk), status=409)
    except Invalid as refused:
        draft.mark(refused.problems)
        return _page(request, draft, stored, status=422)
    return _page(request, draft, stored)


def _save(request: MemberRequest, draft: Draft, stored: Qualification) -> None:
    """Store it, if what is stored is still what the page was made of."""
    seen = request.POST.get("seen", "")
    if seen and seen != qualification_form.print_of(stored):
        raise qualifying.ChangedMeanwhile
    qualifying.define(request.tenant.pk, draft.as_json(), draft.criteria(), instead_of=stored)


def _page(request: MemberRequest, draft: Draft, stored: Qualification, status: int = 200) -> HttpResponse:
    seen = qualification_form.print_of(stored)
    if request.method == "POST":
        draft.is_dirty = not draft.says_the_same_as(qualification_form.of(stored))
        seen = seen if status == 409 else request.POST.get("seen", "")
    context = {"draft": draft, "seen": seen, "types": TYPES, "comparisons": COMPARISONS}
    return render(request, "tracking/qualification.html", context, status=status)
