"""The people of a company: who they are, who is invited, what each may do."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tenants import invitations, services
from tenants.access import MemberRequest, member_required, role_required
from tenants.forms import InvitationForm
from tenants.models import ApiToken, Invitation, Membership, Role


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def people(request: MemberRequest) -> HttpResponse:
    """The list; posting to it invites somebody."""
    form = InvitationForm(request.POST or None, roles=services.grantable_roles(request.membership))
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(
                tenant=request.tenant,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                by=request.membership,
            )
        except ValidationError as problem:
            form.add_error("email", problem)
        else:
            messages.success(request, f"The invitation to {invitation.email} is on its way.")
            return redirect("tenants:people")
    return render(request, "tenants/people.html", _page(request, form), status=422 if form.errors else 200)


def _page(request: MemberRequest, form: InvitationForm) -> dict[str, Any]:
    grantable = services.grantable_roles(request.membership)
    members = list(Membership.objects.for_tenant(request.tenant).in_order())
    owners = sum(member.role == Role.OWNER for member in members)
    return {
        "form": form,
        "people": [
            {
                "membership": member,
                "is_me": member.user_id == request.user.pk,
                "is_last_owner": member.role == Role.OWNER and owners == 1,
                "is_mine_to_change": Role(member.role) in grantable,
            }
            for member in members
        ],
        "invitations": Invitation.objects.for_tenant(request.tenant).open().select_related("invited_by").in_order(),
        "roles": grantable,
    }


@require_POST
@role_required(Role.ADMIN)
def role(request: MemberRequest, user_id: uuid.UUID) -> HttpResponse:
    """Give a member another role."""
    membership = _member(request, user_id)
    wanted = request.POST.get("role", "")
    if wanted not in Role.values:
        raise Http404
    try:
        services.change_role(membership=membership, role=Role(wanted), by=request.membership)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    else:
        messages.success(request, f"{membership.user.get_full_name()} is now {Role(wanted).label.lower()}.")
    return redirect("tenants:people")


@require_POST
@member_required
def removal(request: MemberRequest, user_id: uuid.UUID) -> HttpResponse:
    """Remove a member, or leave."""
    membership = _member(request, user_id)
    try:
        services.remove_member(membership=membership, by=request.membership)
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
        return redirect("tenants:people")
    if membership.user_id == request.user.pk:
        messages.success(request, f"You left {request.tenant.name}.")
        return redirect("home")
    messages.success(request, f"{membership.user.get_full_name()} is removed and signed out of {request.tenant.name}.")
    if kept := ApiToken.objects.for_tenant(request.tenant).live().filter(created_by=membership.user_id).count():
        words = "An API token that they issued goes on" if kept == 1 else f"{kept} API tokens that they issued go on"
        messages.warning(request, f"{words}. Replace what they may have kept a copy of: Settings → API tokens.")
    return redirect("tenants:people")


@require_POST
@role_required(Role.ADMIN)
def invitation_renewal(request: MemberRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Send an invitation again."""
    invitation = _open_invitation(request, invitation_id)
    invitations.renew(invitation=invitation, by=request.membership)
    messages.success(request, f"A fresh link is on its way to {invitation.email}. The older one no longer works.")
    return redirect("tenants:people")


@require_POST
@role_required(Role.ADMIN)
def invitation_withdrawal(request: MemberRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = _open_invitation(request, invitation_id)
    invitations.withdraw(invitation=invitation, by=request.membership)
    messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
    return redirect("tenants:people")


def _member(request: MemberRequest, user_id: uuid.UUID) -> Membership:
    members = Membership.objects.for_tenant(request.tenant).select_related("user")
    return get_object_or_404(members, user_id=user_id)


def _open_invitation(request: MemberRequest, invitation_id: uuid.UUID) -> Invitation:
    return get_object_or_404(Invitation.objects.for_tenant(request.tenant).open(), pk=invitation_id)
