"""The company's page: its name and its time zone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tenants import services
from tenants.access import MemberRequest, role_required
from tenants.forms import CompanyForm, timezone_names
from tenants.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def company(request: MemberRequest) -> HttpResponse:
    """Show and change what the company is called and where it is."""
    form = CompanyForm(request.POST or None, instance=request.tenant)
    if request.method == "POST" and form.is_valid():
        services.change_company(tenant=request.tenant, **form.cleaned_data)
        messages.success(request, "The company is saved.")
        return redirect("tenants:company")
    if form.errors:
        request.tenant.refresh_from_db()  # the frame shows the name as it is, not as it was tried
    context = {"form": form, "timezones": timezone_names()}
    return render(request, "tenants/company.html", context, status=422 if form.errors else 200)
