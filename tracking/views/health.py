"""Widget Tracking Health: a section of the widget's Tracking tab that asks for itself anew when it is nudged."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking import health_page
from tracking.models import WebhookEndpoint
from tracking.probes import asking


@require_safe
@role_required(Role.ADMIN)
def fragment(request: MemberRequest) -> HttpResponse:
    """The section by itself, as it is asked for again and again."""
    return section(request)


@require_POST
@role_required(Role.ADMIN)
def probe(request: MemberRequest, endpoint_id: uuid.UUID | None = None) -> HttpResponse:
    """Have one endpoint probed, or all of them; what is found comes when it is there."""
    if endpoint_id:
        endpoint = get_object_or_404(WebhookEndpoint.objects.for_tenant(request.tenant), pk=endpoint_id)
        begun = asking.ask(request.tenant.pk, [endpoint.pk], by=request.membership)
    else:
        begun = asking.ask_all(request.tenant.pk, by=request.membership)
    words = asking.TOO_SOON if not begun and asking.is_too_soon(request.tenant.pk, endpoint_id) else ""
    if request.headers.get("HX-Request") == "true":
        return section(request, words)
    if words:
        messages.info(request, words)
    return redirect(reverse("widgets:settings") + "?tab=tracking#checks")


def section(request: MemberRequest, words: str = "", kind: str = "plain") -> HttpResponse:
    """The section in the window that is asked for; and words about what was done, said in passing."""
    window = request.GET.get("window") or request.POST.get("window") or "24h"
    response = render(request, "tracking/_health.html", health_page.context(request.tenant, window))
    if words:
        response["HX-Trigger"] = json.dumps({"toast": {"text": words, "kind": kind}})
    return response
