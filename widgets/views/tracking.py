"""The Tracking tab: what a conversation led to, told to the customer's pages and servers."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking import gtm, snippets
from widgets.views.tabs import render_tab


def tab(request: MemberRequest) -> HttpResponse:
    """Show the tab; each section brings its own part of the context."""
    return render_tab(request, "tracking", {"templates": snippets.templates()})


@require_safe
@role_required(Role.ADMIN)
def container(request: MemberRequest) -> HttpResponse:
    """The Tag Manager container, as a file to import."""
    headers = {"Content-Disposition": f'attachment; filename="{gtm.FILE_NAME}"'}
    return JsonResponse(gtm.container(), headers=headers, json_dumps_params={"indent": 2})
