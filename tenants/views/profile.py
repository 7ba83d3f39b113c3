"""A person's own pages: profile, and which company they look at."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from tenants.access import MemberRequest, find_membership, member_required, remember_tenant
from tenants.forms import ProfileForm
from tenants.services import found_company


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Look at another of one's companies from now on."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    try:
        wanted = uuid.UUID(request.POST.get("tenant", ""))
    except ValueError:
        raise Http404 from None
    membership = find_membership(request.user, wanted)
    if membership is None or membership.tenant_id != wanted:
        raise Http404
    remember_tenant(request, membership.tenant)
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "home")


@require_POST
def founding(request: HttpRequest) -> HttpResponse:
    """Start a company of one's own."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    name = request.POST.get("company", "").strip()[:100]
    if not name or "\x00" in name:
        messages.error(request, "Give the company a name.")
        return redirect("home")
    remember_tenant(request, found_company(owner=request.user, name=name))
    messages.success(request, f"{name} is ready.")
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def profile(request: MemberRequest) -> HttpResponse:
    """Name, address, password, and the companies one belongs to."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("tenants:profile")
    if form.errors:
        request.user.refresh_from_db()  # the frame shows the name as it is, not as it was tried
    status = 422 if form.errors else 200
    return render(request, "tenants/profile.html", {"form": form}, status=status)
