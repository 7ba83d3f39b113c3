"""Pages: the assistants of a tenant, and what they know."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from assistants.models import Assistant
from tenants.access import MemberRequest, role_required
from tenants.models import Role


@role_required(Role.ADMIN)
def assistant_list(request: MemberRequest) -> HttpResponse:
    """Every assistant of the tenant, those who answer first on top."""
    assistants = Assistant.objects.for_tenant(request.tenant).ordered()
    return render(request, "assistants/list.html", {"assistants": assistants})
