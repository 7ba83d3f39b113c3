"""The Install tab: the snippet to paste, and the tokens that open the widget's door."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from widgets import embed, tokens
from widgets.forms import TokenForm
from widgets.models import WidgetToken
from widgets.views.tabs import render_tab, tab_url

SHOWN = 100


def tab(request: MemberRequest) -> HttpResponse:
    """Show the snippet of one token, the newest valid one unless another is chosen, and all tokens."""
    rows = list(WidgetToken.objects.for_tenant(request.tenant).filter(revoked_at=None).newest_first()[:SHOWN])
    valid = [row for row in rows if row.is_valid]
    chosen = next((row for row in valid if str(row.pk) == request.GET.get("token")), valid[0] if valid else None)
    form = embed.Form.CLASSIC if request.GET.get("form") == embed.Form.CLASSIC else embed.Form.MODULE
    seen = max(
        (row for row in rows if row.last_used_at), key=lambda row: row.last_used_at or row.created_at, default=None
    )
    context = {
        "tokens": rows,
        "chosen": chosen,
        "token": tokens.sign(chosen) if chosen else "",
        "snippet": _snippet(request, chosen, form) if chosen else "",
        "forms": _forms(chosen, form),
        "api_url": settings.PUBLIC_URL,
        "policy": embed.policy(settings.PUBLIC_URL),
        "seen": seen,
        "expiring": _expiring(valid),
        "token_form": TokenForm(),
    }
    return render_tab(request, "install", context)


def _snippet(request: MemberRequest, row: WidgetToken, form: embed.Form) -> str:
    return embed.snippet(base_url=settings.PUBLIC_URL, tenant_id=request.tenant.pk, token=tokens.sign(row), form=form)


def _forms(chosen: WidgetToken | None, current: embed.Form) -> list[dict[str, object]]:
    """The choice between the two forms, which keeps the token that was chosen."""
    token = f"&token={chosen.pk}" if chosen else ""
    labels = {embed.Form.MODULE: "Module", embed.Form.CLASSIC: "Classic"}
    return [
        {"label": label, "url": tab_url("install", f"&form={form}{token}"), "current": form is current}
        for form, label in labels.items()
    ]


def _expiring(valid: list[WidgetToken]) -> WidgetToken | None:
    """The token in use that ends first, if it ends soon."""
    soon = [row for row in valid if row.expires_soon and row.last_used_at]
    return min(soon, key=lambda row: row.expires_at, default=None)


@require_POST
@role_required(Role.ADMIN)
def issue(request: MemberRequest) -> HttpResponse:
    """Make a token and show its snippet."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The token needs a label of at most 80 characters and one of the lifetimes offered.")
        return redirect(tab_url("install"))
    row, _ = tokens.issue(
        tenant=request.tenant, label=form.cleaned_data["label"], lifetime=form.lifetime(), by=request.user
    )
    messages.success(request, f"The token “{row.label}” is issued. Copy the snippet into your pages.")
    return redirect(tab_url("install", f"&token={row.pk}"))


@require_POST
@role_required(Role.ADMIN)
def revocation(request: MemberRequest, token_id: uuid.UUID) -> HttpResponse:
    """Shut the door for a token."""
    row = get_object_or_404(WidgetToken.objects.for_tenant(request.tenant), pk=token_id)
    tokens.revoke(row)
    messages.success(request, f"The token “{row.label}” is revoked.")
    return redirect(tab_url("install"))
