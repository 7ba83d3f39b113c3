"""Who acts, and which tenant a page is about."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from tenants import access, actors, rates, wall


class ActorMiddleware:
    """Lets what is done on the way know who does it, for the audit log; pages, the API and Django's admin alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with actors.on_behalf_of(request):
            return self.get_response(request)


class StandingMiddleware:
    """Says with each answer how many more calls there may be, where the API's door has counted them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        standing: rates.Standing | None = getattr(request, "standing", None)
        for name, value in standing.headers.items() if standing else ():
            response[name] = value
        return response


class TenantMiddleware:
    """Gives each page its tenant and the user's place in it, and shows times in the tenant's zone.

    The database shows the page that tenant's rows alone, unless it is the staff's, who look after all of them. The API
    isn't touched: its callers say by token whose they are, and put up the wall themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with wall.door():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        membership = None
        if not request.path_info.startswith("/api/") and request.user.is_authenticated:
            membership = access.find_membership(request.user, access.remembered_tenant(request))
        request.membership = membership  # type: ignore[attr-defined]
        request.tenant = membership and membership.tenant  # type: ignore[attr-defined]
        if membership is None:
            return self.get_response(request)
        if not request.path_info.startswith("/admin/"):
            wall.put_up(membership.tenant)
        with timezone.override(membership.tenant.tzinfo):
            return self.get_response(request)
