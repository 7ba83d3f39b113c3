"""What every page of the frame says about the inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from conversations import inbox


def unread(request: HttpRequest) -> dict[str, Any]:
    """How many open conversations have something unread; counted only where a template asks."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    return {"nav_unread": SimpleLazyObject(lambda: inbox.count_unread(membership))}
