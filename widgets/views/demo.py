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
    token = _token(grain.value("demo_tenant"))
    if token is None:
        raise Http404
    snippet = embed.snippet(
        base_url=settings.PUBLIC_URL,
        tenant_id=token.tenant_id,
        token=tokens.sign(token),
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]  # set by django-csp
    )
    return render(request, "demo/index.html", {"snippet": mark_safe(snippet), "company": token.tenant})  # noqa: S308


def _token(tenant_id: str) -> WidgetToken | None:
    try:
        tenant = uuid.UUID(tenant_id)
    except ValueError:
        return None
    return WidgetToken.objects.for_tenant(tenant).valid().select_related("tenant").newest_first().first()
