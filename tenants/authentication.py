"""The dashboard API's door: a bearer token says who calls and in which tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from tenants import api_tokens, wall
from tenants.credentials import Access, PersonalAccess, read_access
from tenants.models import ApiToken, Role, User
from tenants.tokens import TokenInvalid

__all__ = [
    "Access",
    "ApiRequest",
    "DashboardAuthentication",
    "HasRole",
    "IsMember",
    "IsPlatformStaff",
    "MadeByPeople",
    "read_access",
]

MESSAGES = {
    "token_missing": "Send an access token as “Authorization: Bearer <token>”. POST /api/auth/token gives you one.",
    "token_invalid": "This is not an access token of this API. POST /api/auth/token gives you one.",
    "token_expired": "This access token has expired. Get a new one from POST /api/auth/refresh.",
    "token_revoked": "This token has been revoked. Sign in again with POST /api/auth/token.",
}
OF_API_TOKENS = {
    "token_invalid": "There is no such API token. Copy all of it, or issue a new one under Settings → API tokens.",
    "token_expired": "This API token has expired. Issue a new one under Settings → API tokens.",
    "token_revoked": "This API token was revoked. Issue a new one under Settings → API tokens.",
}
FOR_PEOPLE = "API tokens can’t do this: it takes a person who signs in. Use an access token from POST /api/auth/token."


class TokenRefused(APIException):
    """Signing in failed. Not DRF's own class, which turns into a 403 where a view has no authentication class."""

    status_code = 401
    default_code = "token_invalid"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


def refuse(code: str, token: str = "") -> TokenRefused:
    """The 401 for a token that opens nothing."""
    words = OF_API_TOKENS if api_tokens.looks_like_one(token) else MESSAGES
    return TokenRefused(words[code], code=code)


def bearer_of(request: Request | HttpRequest) -> str:
    """The token that a request came with; empty where it came with none, or with something else."""
    scheme, _, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class ApiRequest(Request):
    """A request behind `IsMember`: what the door found is there for certain. Who calls is `auth.user`, if a person."""

    if TYPE_CHECKING:
        auth: Access


class DashboardAuthentication(BaseAuthentication):
    """Sets `request.auth`, an `Access`, and `request.user`: nobody, where it isn't a person who calls."""

    def authenticate(self, request: Request | HttpRequest) -> tuple[User | AnonymousUser, Access]:
        """Read the token afresh on every call: a removed member or a revoked token is out with the next one."""
        if not request.META.get("HTTP_AUTHORIZATION"):
            raise refuse("token_missing")
        token = bearer_of(request)
        try:
            found = api_tokens.read(token) if api_tokens.looks_like_one(token) else read_access(token)
        except TokenInvalid as problem:
            raise refuse(problem.code, token) from None
        wall.put_up(found.tenant)
        if isinstance(found.place, ApiToken):
            _count(request, found.place)
        return found.user or AnonymousUser(), found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _count(request: Request | HttpRequest, row: ApiToken) -> None:
    """Count the call; how many more there may be is told with the answer (`StandingMiddleware`)."""
    bare: Any = getattr(request, "_request", request)
    bare.standing = api_tokens.count_call(row)
    api_tokens.note_use(row)


class IsMember(BasePermission):
    """Anybody of the tenant that the token names."""

    code = "forbidden"

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Access)


class MadeByPeople(IsMember):
    """Who changes something here has signed in; a token of the company's may only look."""

    message = FOR_PEOPLE

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or isinstance(request.auth, PersonalAccess)


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
            return isinstance(request.auth, Access) and request.auth.place.is_at_least(needed)

    return Needed
