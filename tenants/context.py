"""What the frame around every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tenants import wall
from tenants.models import Membership


def frame(request: HttpRequest) -> dict[str, Any]:
    """The user's places, for the tenant switcher; read only where a template asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"memberships": []}

    @wall.lowered()  # their places in other companies, too
    def memberships() -> list[Membership]:
        return list(Membership.objects.filter(user=user).select_related("tenant").order_by("tenant__name", "id"))

    return {"memberships": SimpleLazyObject(memberships)}
