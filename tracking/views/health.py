"""Widget Tracking Health: a section of the widget's Tracking tab that asks for itself anew when it is nudged."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking import health_page


@require_safe
@role_required(Role.ADMIN)
def fragment(request: MemberRequest) -> HttpResponse:
    """The section by itself, as it is asked for again and again."""
    return section(request)


def section(request: MemberRequest) -> HttpResponse:
    """The section in the window that is asked for."""
    window = request.GET.get("window") or request.POST.get("window") or "24h"
    return render(request, "tracking/_health.html", health_page.context(request.tenant, window))
