"""The Tracking tab: what a conversation led to, told to the customer's pages and servers."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings as conf
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking import builder, gtm, health_page, mapping_forms, presets, snippets
from tracking.builder import BuilderForm
from widgets import tokens
from widgets.views.tabs import render_tab
from widgets.views.tokens import preview_token


def tab(request: MemberRequest) -> HttpResponse:
    """Show the tab; each section brings its own part of the context."""
    gate = builder.gate(request.tenant, request.user)
    context: dict[str, Any] = {"templates": snippets.templates(), "container": gtm.text(), "gate": gate}
    context |= mapping_forms.context(request.tenant)
    context |= health_page.context(request.tenant, request.GET.get("window", ""))
    if gate.is_visible:
        context |= {"registry": presets.registry()} | _pane(builder.beginning())
    return render_tab(request, "tracking", context)


def _pane(form: BuilderForm) -> dict[str, Any]:
    """What the builder shows of a choice: its snippet, or what is wrong with it."""
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        choice = form.choice()
        places = [presets.PRESETS[key] for key in choice.presets]
        context |= {"snippet": snippets.snippet(choice), "places": places}
    return context


@require_safe
@role_required(Role.ADMIN)
def snippet(request: MemberRequest) -> HttpResponse:
    """The snippet of a choice, as the builder swaps it in."""
    _must_see_builder(request)
    return render(request, "tracking/_snippet.html", _pane(BuilderForm(request.GET)))


@require_safe
@role_required(Role.ADMIN)
def container(request: MemberRequest) -> HttpResponse:
    """The Tag Manager container, as a file to import."""
    headers = {"Content-Disposition": f'attachment; filename="{gtm.FILE_NAME}"'}
    return HttpResponse(gtm.text(), content_type="application/json", headers=headers)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@role_required(Role.ADMIN)
def trial(request: MemberRequest) -> HttpResponse:
    """A page with the snippet and the real widget on it, which tells itself of a test outcome and says what arrived."""
    _must_see_builder(request)
    form = BuilderForm(request.GET)
    if not form.is_valid():
        return render(request, "tracking/trial_invalid.html", {"form": form}, status=422)
    choice = form.choice()
    token = preview_token(request.tenant)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # set by django-csp
    event_type = choice.outcomes[0] if choice.outcomes else presets.TRIED
    context = {
        "snippet": mark_safe(snippets.snippet(choice, nonce)),  # noqa: S308  (every word in it is checked or ours)
        "places": [presets.PRESETS[key] for key in choice.presets],
        "token": token,
        "options": {
            "widget": {
                "tenantId": str(request.tenant.pk),
                "apiUrl": conf.PUBLIC_URL,
                "token": tokens.sign_preview(token) if token else "",
            },
            "consent": choice.consent,
            "event_type": event_type,
            "stable_event": presets.STABLE_EVENT,
        },
    }
    return render(request, "tracking/trial.html", context)


def _must_see_builder(request: MemberRequest) -> None:
    if not builder.gate(request.tenant, request.user).is_visible:
        raise Http404
