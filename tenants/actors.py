"""Who acts, and from where: known to whatever is done on the way without a request being handed from verb to verb."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest
from structlog.contextvars import get_contextvars

from tenants.credentials import Access
from tenants.models import ApiToken, AuditEntry, Place, User

Kind = AuditEntry.ActorKind
OURSELVES = "autochat"
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something to a company: a person, an API token, or without either the product itself."""

    kind: AuditEntry.ActorKind
    user: User | None = None
    token: ApiToken | None = None
    ip_address: str | None = None
    request_id: str = ""

    @property
    def name(self) -> str:
        if self.token:
            return self.token.label
        return self.user.get_full_name() if self.user else OURSELVES


@contextmanager
def on_behalf_of(request: HttpRequest) -> Iterator[None]:
    """What is done inside is done by whoever sent this request. Tasks and commands are outside of any."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def acting(tenant_id: uuid.UUID | None, by: User | None = None) -> Actor:
    """Who acts now on this company; `by` is for who has just proved who they are, and isn't signed in yet."""
    request, request_id = _request.get(), str(get_contextvars().get("request_id", ""))[:128]
    user, token = by or _signed_in(request), _token_of(request)
    if user is None and token is not None:
        return Actor(Kind.API, None, token, _address(request), request_id)
    if request is None or user is None:
        return Actor(Kind.PERSON if user else Kind.SYSTEM, user, None, _address(request), request_id)
    return Actor(_kind(request, user, tenant_id), user, None, _address(request), request_id)


def _signed_in(request: HttpRequest | None) -> User | None:
    """Whom the session or the bearer token names; the API's door sets `request.user`, too."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _token_of(request: HttpRequest | None) -> ApiToken | None:
    """The company's own token that this request came with."""
    access = getattr(request, "auth", None)
    return access.place if isinstance(access, Access) and isinstance(access.place, ApiToken) else None


def _kind(request: HttpRequest, user: User, tenant_id: uuid.UUID | None) -> AuditEntry.ActorKind:
    access = getattr(request, "auth", None)
    place: Place | None = access.place if isinstance(access, Access) else getattr(request, "membership", None)
    if user.is_staff and (_is_platforms(request) or not _is_member(place, tenant_id)):
        return Kind.STAFF
    return Kind.API if isinstance(access, Access) else Kind.PERSON


def _is_platforms(request: HttpRequest) -> bool:
    """Whether this is a page of Django's admin, where also a member acts as the platform's staff."""
    match = request.resolver_match
    return match is not None and "admin" in match.app_names


def _is_member(place: Place | None, tenant_id: uuid.UUID | None) -> bool:
    """Whether that place is one of the company's own people; the place that staff take in it is stored nowhere."""
    return place is not None and not place._state.adding and place.tenant_id == tenant_id  # noqa: SLF001  (documented)


def _address(request: HttpRequest | None) -> str | None:
    """The caller's address; None for one who comes through a socket file."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))) if request else None
    except ValueError:
        return None
