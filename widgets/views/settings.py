"""Settings → Chat Widget: how the widget looks and behaves, and a place to try it."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from csp.decorators import csp_replace
from django import forms
from django.conf import settings as conf
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from widgets import embed, looks, tokens
from widgets.forms import AppearanceForm, BehaviourForm
from widgets.models import WidgetSettings
from widgets.views import domains, install, tracking
from widgets.views.tabs import FIRST, render_tab, tab_url
from widgets.views.tokens import preview_token


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def settings(request: MemberRequest) -> HttpResponse:
    """One page, a tab of it by `?tab=`; a tab nobody knows is the first."""
    tab = request.GET.get("tab", FIRST)
    return _TABS.get(tab, _TABS[FIRST])(request)


def _appearance(request: MemberRequest) -> HttpResponse:
    return _edit(request, "appearance", AppearanceForm)


def _behaviour(request: MemberRequest) -> HttpResponse:
    return _edit(request, "behaviour", BehaviourForm)


def _edit(request: MemberRequest, tab: str, form_class: type[forms.ModelForm[WidgetSettings]]) -> HttpResponse:
    form = form_class(request.POST or None, instance=WidgetSettings.of(request.tenant))
    if request.method == "POST" and form.is_valid():
        looks.change_settings(tenant=request.tenant, **form.cleaned_data)
        messages.success(request, "Saved. Open pages show it at their next load.")
        return redirect(tab_url(tab))
    context = {"form": form, "can_preview": preview_token(request.tenant) is not None}
    return render_tab(request, tab, context, status=422 if form.errors else 200)


def _playground(request: MemberRequest) -> HttpResponse:
    token = preview_token(request.tenant)
    snippet = ""
    if token is not None:
        snippet = embed.snippet(base_url=conf.PUBLIC_URL, tenant_id=request.tenant.pk, token=tokens.sign(token))
    return render_tab(request, "playground", {"token": token, "can_preview": token is not None, "snippet": snippet})


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@role_required(Role.ADMIN)
def preview(request: MemberRequest) -> HttpResponse:
    """A made-up page with the real widget on it, as a frame within the settings."""
    token = preview_token(request.tenant)
    options = {
        "tenantId": str(request.tenant.pk),
        "apiUrl": conf.PUBLIC_URL,
        "token": tokens.sign_preview(token) if token else "",
        "open": True,
    }
    return render(request, "widgets/preview.html", {"options": options})


_TABS: dict[str, Callable[[MemberRequest], HttpResponse]] = {
    "appearance": _appearance,
    "behaviour": _behaviour,
    "install": install.tab,
    "domains": domains.tab,
    "tracking": tracking.tab,
    "playground": _playground,
}
