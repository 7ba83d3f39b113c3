"""A made-up company's site with our widget on it, under another host than the dashboard: a true cross-origin embed."""

from __future__ import annotations

import uuid
from typing import Any

from csp.constants import NONCE, NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from tenants import grain
from tenants.models import Tenant
from widgets import embed, tokens
from widgets.models import WidgetToken

# What a careful host allows: its own files, and for the widget the two additions of the Install tab.
POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [NONCE, settings.PUBLIC_URL],
    "connect-src": [settings.PUBLIC_URL],
    "style-src": [SELF],
    "img-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


@require_safe
@csp(POLICY)
def demo(request: HttpRequest) -> HttpResponse:
    """The demo tenant's page, with the very snippet that its Install tab shows."""
    company = _company(grain.value("demo_tenant"))
    if company is None:
        raise Http404
    token = WidgetToken.objects.for_tenant(company).valid().newest_first().first()
    snippet = token and embed.snippet(
        base_url=settings.PUBLIC_URL,
        tenant_id=company.pk,
        token=tokens.sign(token),
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]  # set by django-csp
    )
    return render(request, "demo/index.html", {"snippet": mark_safe(snippet or ""), "company": company})  # noqa: S308


def _company(tenant_id: str) -> Tenant | None:
    try:
        return Tenant.objects.filter(pk=uuid.UUID(tenant_id)).first()
    except ValueError:
        return None
