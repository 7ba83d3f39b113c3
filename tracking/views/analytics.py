"""Analytics: what conversations led to, for managers and above; to look at and to take along."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking.analytics import exporting, showing
from tracking.analytics.periods import DEFAULT, PERIODS, Period
from tracking.analytics.report import report


@require_safe
@role_required(Role.MANAGER)
def page(request: MemberRequest) -> HttpResponse:
    """The figures of a period."""
    key = request.GET.get("period", DEFAULT)
    return render(request, "tracking/analytics.html", showing.context(request.tenant, key, timezone.now()))


@require_GET
@role_required(Role.MANAGER)
def export(request: MemberRequest) -> HttpResponse:
    """The period's days as a file for spreadsheets."""
    key = request.GET.get("period", DEFAULT)
    period = Period(key if key in PERIODS else DEFAULT, timezone.now(), request.tenant.tzinfo)
    return exporting.as_file(report(request.tenant, period))
