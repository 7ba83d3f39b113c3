"""Admins are told in time that a token of their company's ends, whatever it opens; once, also where two workers try."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from tenants import mails

BATCH: Final = 500


def unwarned(tokens: QuerySet[Any], ahead: timedelta) -> list[uuid.UUID]:
    """Which of these end within that time; those made for less than that are known to be short."""
    ending = tokens.filter(warned_at=None, expires_at__lte=timezone.now() + ahead)
    long_lived = ending.filter(expires_at__gt=F("created_at") + ahead)
    return list(long_lived.order_by("expires_at").values_list("pk", flat=True)[:BATCH])


def warn(tokens: QuerySet[Any], token_id: uuid.UUID, tell: Callable[[Any], None]) -> bool:
    """Have one told of, unless it was or is revoked. Claimed first; an OSError of `tell` gives the claim back."""
    token = tokens.filter(pk=token_id)
    if not token.filter(warned_at=None, revoked_at=None).update(warned_at=timezone.now()):
        return False
    try:
        tell(token.select_related("tenant").get())
    except OSError:
        token.update(warned_at=None)
        raise
    return True


def write(token: Any, *, kind: str, path: str, template: str) -> None:
    """The mail to the company's admins and owners; `path` leads to where a new one is issued."""
    body = render_to_string(template, {"token": token, "url": settings.PUBLIC_URL + path})
    mails.tell_admins(token.tenant_id, subject=f"The {kind} “{token.label}” expires soon", body=body)
