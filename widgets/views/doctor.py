"""Settings → Doctor: what is wrong, why, and what to press (B9, S25)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tenants.access import MemberRequest, member_required, role_required
from tenants.models import Role
from widgets import tokens
from widgets.doctor import live, report
from widgets.doctor.examination import examine, offered
from widgets.doctor.facts import Facts
from widgets.doctor.pages import judging, office
from widgets.views.tokens import preview_token


@never_cache
@require_safe
@member_required
def page(request: MemberRequest) -> HttpResponse:
    """Examine the tenant and show it; what only a browser can try is tried by the page afterwards."""
    examination = examine(request.membership)
    is_admin = request.membership.is_at_least(Role.ADMIN)
    looked = _looked(request) if is_admin else {}
    context: dict[str, Any] = {
        **looked,
        "examination": examination,
        "is_admin": is_admin,
        "report": report.text(request.tenant, examination.made_at, examination.findings),
        "live": {key: name for key, (name, _) in live.CHECKS.items() if is_admin or key not in live.FOR_ADMINS},
        "base_url": settings.PUBLIC_URL,
    }
    if is_admin and (token := preview_token(request.tenant)):
        context["token"] = tokens.sign_preview(token)
    elif is_admin:
        del context["live"]["api"]  # that there is no token is said already
    return render(request, "widgets/doctor.html", context)


@never_cache
@require_safe
@member_required
def live_check(request: MemberRequest, check: str) -> HttpResponse:
    """What the browser found, in the words of a finding. Stores nothing."""
    told = live.read(request.GET.dict())
    if check not in live.CHECKS or told is None:
        raise Http404
    finding = offered(live.judge(check, told, timezone.now()), request.membership)
    context = {"finding": finding, "n": f"live-{check}", "report": report.paragraph(finding)}
    return render(request, "widgets/_doctor_live.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def page_check(request: MemberRequest) -> HttpResponse:
    """Have a page looked at (POST), and show how far that is (GET, which the section asks while it waits)."""
    problem = ""
    if request.method == "POST":
        try:
            office.ask(request.tenant.pk, request.POST.get("url", ""))
        except office.CannotLook as refused:
            problem = str(refused)
    if not request.headers.get("HX-Request"):
        if problem:
            messages.error(request, problem)
        return redirect(f"{reverse('widgets:doctor')}#page")
    context = _looked(request)
    if problem:
        context |= {"problem": problem, "typed": request.POST.get("url", "")}
    return render(request, "widgets/_doctor_page.html", context, status=422 if problem else 200)


def _looked(request: MemberRequest) -> dict[str, Any]:
    """The last page that was looked at, judged as things are now."""
    look = office.last(request.tenant.pk)
    found = judging.judge(look.facts, Facts(request.tenant, timezone.now())) if look and look.facts else []
    return {
        "look": look,
        "typed": look.url if look else "",
        "page_findings": [offered(finding, request.membership) for finding in found],
        "page_report": report.of_page(look.url, look.asked_at, found) if look else "",
    }
