"""Settings → Qualification: what makes a visitor a lead, edited and tried without JSON."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking import qualification_draft, qualifying
from tracking.qualification.definition import OPERATORS, TYPES, Invalid


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def qualification(request: MemberRequest) -> HttpResponse:
    """The page; every button but “Save” changes only what is on it."""
    act = request.POST.get("act", "save")
    if request.method == "GET":
        draft = qualification_draft.of(qualifying.asked_by(request.tenant.pk))
    else:
        draft = qualification_draft.read(request.POST)
        try:
            if act == "save":
                fields = [one.as_json() for one in draft.fields]
                qualifying.define(request.tenant.pk, fields, draft.criteria())
                messages.success(request, "Saved. It holds from the next answer on.")
                return redirect("tracking:qualification")
            if act == "try":
                draft.judge()
            else:
                qualification_draft.act(draft, act)
        except Invalid as refused:
            draft.mark(refused.problems)
            context = {"draft": draft, "types": TYPES, "operators": OPERATORS}
            return render(request, "tracking/qualification.html", context, status=422)
    return render(request, "tracking/qualification.html", {"draft": draft, "types": TYPES, "operators": OPERATORS})
