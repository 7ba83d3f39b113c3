"""Who stands where, and the guards of pages: signed in, a member, of a role, of the platform's staff."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from tenants import wall
from tenants.models import Membership, Role, Tenant, User

P = ParamSpec("P")
SESSION_KEY = "tenant_id"


class MemberRequest(HttpRequest):
    """A request behind `member_required`: what the middleware found is there for certain."""

    user: User
    tenant: Tenant
    membership: Membership


Page = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
GuardedPage = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@wall.lowered()  # somebody's places may be anywhere
def find_membership(user: User, tenant_id: uuid.UUID | None) -> Membership | None:
    """The user's place in the tenant asked for, else in another of theirs; one query.

    Platform staff stand above tenants: where they have no place of their own they get an owner's, which isn't stored.
    """
    wanted = Case(When(tenant_id=tenant_id, then=Value(0)), default=Value(1))
    memberships = Membership.objects.filter(user=user).select_related("tenant").order_by(wanted, "created_at", "id")
    membership = memberships.first()
    if membership is not None and tenant_id in (None, membership.tenant_id):
        return membership
    if user.is_staff and tenant_id is not None:
        return staff_membership(user, tenant_id) or membership
    return membership


def staff_membership(user: User, tenant_id: uuid.UUID) -> Membership | None:
    """The place that platform staff take in a tenant without being one of its people."""
    tenant = Tenant.objects.filter(pk=tenant_id).first()
    return None if tenant is None else Membership(user=user, tenant=tenant, role=Role.OWNER)


def remembered_tenant(request: HttpRequest) -> uuid.UUID | None:
    """The tenant that this session last switched to."""
    try:
        return uuid.UUID(request.session.get(SESSION_KEY, ""))
    except ValueError:
        return None


def remember_tenant(request: HttpRequest, tenant: Tenant) -> None:
    """Make the session stay with this tenant."""
    request.session[SESSION_KEY] = str(tenant.pk)


def member_required(page: Page[P]) -> GuardedPage[P]:
    """Only for people of a tenant; others are asked to sign in, or told that they belong to none."""
    return role_required(Role.AGENT)(page)


def role_required(role: Role) -> Callable[[Page[P]], GuardedPage[P]]:
    """Only for members whose role is this one or above."""

    def guard(page: Page[P]) -> GuardedPage[P]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request)
            membership: Membership | None = getattr(request, "membership", None)
            if membership is None:
                return render(request, "tenants/nowhere.html", status=403)
            if not membership.is_at_least(role):
                raise PermissionDenied(f"This needs the role {role.label.lower()}; yours is {membership.role}.")
            response = page(request, *args, **kwargs)  # type: ignore[arg-type]  # it is a MemberRequest from here on
            # Many answer htmx with a part of themselves: who comes back isn't shown that, out of the browser's cache.
            patch_vary_headers(response, ("HX-Request", "HX-Target"))
            return response

        return guarded

    return guard


def staff_required(page: Page[P]) -> GuardedPage[P]:
    """Only for platform staff, who look after all tenants; for others there is nothing here."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if not request.user.is_staff:
            raise Http404
        with wall.lowered():
            return page(request, *args, **kwargs)  # type: ignore[arg-type]  # staff pages ask for the tenant themselves

    return guarded


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    # htmx would follow a redirect and put the sign-in page into a corner: send the whole page there.
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{here.path}?{here.query}" if here.query else here.path or "/"
    return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(back).url})
