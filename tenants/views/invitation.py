"""Where the link of an invitation leads."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenants import invitations, wall
from tenants.access import remember_tenant
from tenants.forms import JoinForm
from tenants.models import Invitation, Membership, User


@wall.lowered()  # to a company that isn't theirs yet
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, invitation_id: uuid.UUID, secret: str) -> HttpResponse:
    """Join: at once when signed in, after signing in when known, with a name and a password when new."""
    try:
        found = invitations.find(invitation_id, secret)
        if request.user.is_authenticated:
            return _join_as_me(request, found)
        if User.objects.filter(email__iexact=found.email).exists():
            return render(request, "tenants/invitation.html", {"invitation": found, "state": "known"})
        return _join_as_new(request, found)
    except invitations.InvitationGone:
        return render(request, "tenants/invitation_gone.html", status=410)


def _join_as_me(request: HttpRequest, found: Invitation) -> HttpResponse:
    assert request.user.is_authenticated
    if request.user.email.lower() != found.email.lower():
        return render(request, "tenants/invitation.html", {"invitation": found, "state": "other"}, status=403)
    if request.method != "POST":
        return render(request, "tenants/invitation.html", {"invitation": found, "state": "me"})
    return _welcome(request, invitations.accept(invitation=found, user=request.user))


def _join_as_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, instance=User(email=found.email))
    if request.method != "POST" or not form.is_valid():
        context = {"invitation": found, "state": "new", "form": form}
        return render(request, "tenants/invitation.html", context, status=422 if form.errors else 200)
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    membership = invitations.accept_as_new(invitation=found, name=name, password=password)
    login(request, membership.user)
    return _welcome(request, membership)


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    remember_tenant(request, membership.tenant)
    messages.success(request, f"Welcome to {membership.tenant.name}.")
    return redirect("home")
