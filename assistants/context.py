"""What pages say about assistants without asking for it: whom visitors didn't reach."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from assistants import turned_away


def turned_away_lately(request: HttpRequest) -> dict[str, Any]:
    """The visitors of the last week whom nobody answered; counted only where a template asks."""
    tenant = getattr(request, "tenant", None)
    if tenant is None:
        return {}
    return {"turned_away": SimpleLazyObject(lambda: turned_away.last_week(tenant))}
