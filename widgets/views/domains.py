"""The Domains tab: the sites on which the widget may stand."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from widgets import refused, sites
from widgets.domains import is_allowed
from widgets.forms import DomainForm
from widgets.models import AllowedDomain, WidgetSettings, WidgetToken
from widgets.views.tabs import render_tab, tab_url


def tab(request: MemberRequest, form: DomainForm | None = None) -> HttpResponse:
    """Show the list, the sites that were turned away, and those that would be."""
    rows = list(AllowedDomain.objects.for_tenant(request.tenant).order_by("domain"))
    listed = [row.domain for row in rows]
    context = {
        "domains": rows,
        "refused": refused.recent(request.tenant.pk, listed) if listed else [],
        "in_use": _hosts_in_use(request, listed),
        "settings": WidgetSettings.of(request.tenant),
        "form": form or DomainForm(),
    }
    return render_tab(request, "domains", context, status=422 if form and form.errors else 200)


def _hosts_in_use(request: MemberRequest, listed: list[str]) -> list[str]:
    """Sites where the widget stood last and which the list leaves out: the ones that a first entry would shut out."""
    used = WidgetToken.objects.for_tenant(request.tenant).valid().exclude(last_origin="")
    hosts = used.order_by("last_origin").values_list("last_origin", flat=True).distinct()
    return [host for host in hosts if not is_allowed(listed, f"https://{host}")]


@require_POST
@role_required(Role.ADMIN)
def addition(request: MemberRequest) -> HttpResponse:
    """Put a site on the list."""
    form = DomainForm(request.POST)
    if form.is_valid():
        try:
            row = sites.allow_domain(tenant=request.tenant, domain=form.cleaned_data["domain"])
        except sites.AlreadyListed:
            form.add_error("domain", sites.LISTED)
        except sites.ListFull:
            form.add_error("domain", sites.FULL)
        else:
            messages.success(request, f"{row.domain} may show the widget.")
            from_doctor = request.POST.get("back") == "doctor"
            return redirect("widgets:doctor" if from_doctor else tab_url("domains"))
    return tab(request, form)


@require_POST
@role_required(Role.ADMIN)
def removal(request: MemberRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Take a site off the list."""
    row = get_object_or_404(AllowedDomain.objects.for_tenant(request.tenant), pk=domain_id)
    sites.remove_domain(row)
    messages.success(request, f"{row.domain} is off the list.")
    return redirect(tab_url("domains"))
