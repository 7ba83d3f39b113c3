"""The page about a company's plan: what is used of it, where that leads, and another plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from tenants import measures, plans
from tenants.access import MemberRequest, role_required
from tenants.models import Plan, Role, UsagePeriod
from tenants.templatetags import charts
from tenants.usage import Usage, usage

EARLIER = 12  # months


@require_safe
@role_required(Role.ADMIN)
def page(request: MemberRequest) -> HttpResponse:
    """Show the month so far, the plan's limits and the plans."""
    used, knowledge = usage(request.tenant), measures.knowledge(request.tenant)
    earlier = UsagePeriod.objects.for_tenant(request.tenant).filter(starts__lt=used.starts).order_by("-starts")
    context = _month(used) | {
        "knowledge": knowledge,
        "offers": plans.offers(tenant=request.tenant, usage=used, knowledge=knowledge),
        "earlier": earlier[:EARLIER],
        "may_choose": request.membership.is_at_least(Role.OWNER),
    }
    return render(request, "tenants/usage.html", context)


def _month(used: Usage) -> dict[str, Any]:
    """The month in figures, and the words below them. Its days are the server's, UTC, whoever looks."""
    anew = f"{used.resets_at:%-d %B}"
    days = [f"{used.starts.replace(day=day):%-d %b}" for day in range(1, used.length + 1)]
    return {
        "usage": used,
        "limit": intcomma(used.limit),
        "share": f"{used.percent} %",
        "projected": f"about {intcomma(used.projected)}" if used.conversations else "–",
        "until": f"by the end of {used.starts:%B}, UTC",
        "anew": f"starts anew on {anew}, 00:00 UTC",
        "past": "billed as overage" if used.allows_overage else "new ones are refused there",
        "chart": charts.bars(used.days, days),
        "words": f"Conversations on each day of {used.starts:%B}, {intcomma(used.conversations)} in all",
    }


@require_POST
@role_required(Role.OWNER)
def plan(request: MemberRequest) -> HttpResponse:
    """Take another plan."""
    key = request.POST.get("plan", "")[:32]
    if "\0" in key:  # which the database can't be asked for
        raise Http404
    chosen = get_object_or_404(Plan, pk=key, is_offered=True)
    plans.choose(tenant=request.tenant, plan=chosen, by=request.membership)
    messages.success(request, f"You are on {chosen.name} now.")
    return redirect("tenants:usage")


@require_POST
@role_required(Role.OWNER)
def overage(request: MemberRequest) -> HttpResponse:
    """Go on past the plan, or stop there."""
    allowed = "allowed" in request.POST
    plans.allow_overage(tenant=request.tenant, allowed=allowed, by=request.membership)
    messages.success(request, "Conversations go on past the plan." if allowed else "Your plan’s limit holds.")
    return redirect("tenants:usage")
