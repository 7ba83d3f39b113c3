"""The dashboard API's door: a bearer token says who calls and in which tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from tenants import wall
from tenants.credentials import Access, read_access
from tenants.models import Role, User
from tenants.tokens import TokenInvalid

__all__ = ["Access", "ApiRequest", "DashboardAuthentication", "HasRole", "IsMember", "IsPlatformStaff", "read_access"]

MESSAGES = {
    "token_missing": "Send an access token as “Authorization: Bearer <token>”. POST /api/auth/token gives you one.",
    "token_invalid": "This is not an access token of this API. POST /api/auth/token gives you one.",
    "token_expired": "This access token has expired. Get a new one from POST /api/auth/refresh.",
    "token_revoked": "This token has been revoked. Sign in again with POST /api/auth/token.",
}


class TokenRefused(APIException):
    """Signing in failed. Not DRF's own class, which turns into a 403 where a view has no authentication class."""

    status_code = 401
    default_code = "token_invalid"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


def refuse(code: str) -> TokenRefused:
    """The 401 for a token that opens nothing."""
    return TokenRefused(MESSAGES[code], code=code)


class ApiRequest(Request):
    """A request behind `IsMember`: what the door found is there for certain."""

    if TYPE_CHECKING:
        user: User
        auth: Access


class DashboardAuthentication(BaseAuthentication):
    """Sets `request.user` and `request.auth`, an `Access`."""

    def authenticate(self, request: Request | HttpRequest) -> tuple[User, Access]:
        """Read the token afresh on every call: a removed member is out with the next one."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, token = header.partition(" ")
        if not header:
            raise refuse("token_missing")
        if scheme.lower() != "bearer":
            raise refuse("token_invalid")
        try:
            found = read_access(token.strip())
        except TokenInvalid as problem:
            raise refuse(problem.code) from None
        wall.put_up(found.tenant)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class IsMember(BasePermission):
    """Anybody of the tenant that the token names."""

    code = "forbidden"

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Access)


class IsPlatformStaff(IsMember):
    """Platform admins only."""

    message = "Only the platform's staff may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and bool(request.user.is_staff)


def HasRole(role: Role, *, to_read: Role | None = None) -> type[IsMember]:  # noqa: N802  (it stands where a class would)
    """A permission for members of this role or above; `to_read` lets lower ones in where nothing changes."""

    class Needed(IsMember):
        message = f"This needs the role {role.label.lower()} or above. Ask an admin of your company."

        def has_permission(self, request: Request, view: Any) -> bool:
            needed = to_read if to_read and request.method in SAFE_METHODS else role
            return isinstance(request.auth, Access) and request.auth.membership.is_at_least(needed)

    return Needed
