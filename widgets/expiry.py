"""Telling admins in time that a token ends, and the chat on their pages with it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tenants import mails
from widgets.models import EXPIRY_WARNING, WidgetToken


def unwarned() -> list[uuid.UUID]:
    """Tokens that end within the warning's time; those made for less than that are known to be short."""
    soon = timezone.now() + EXPIRY_WARNING
    rows = WidgetToken.objects.valid().filter(warned_at=None, expires_at__lte=soon)
    long_lived = rows.filter(expires_at__gt=F("created_at") + EXPIRY_WARNING)
    return list(long_lived.order_by("expires_at").values_list("pk", flat=True)[:500])


def warn(token_id: uuid.UUID) -> bool:
    """Write to the tenant's admins and owners, once; claimed first, so that two workers don't write twice."""
    claim = WidgetToken.objects.filter(pk=token_id, warned_at=None, revoked_at=None)
    if not claim.update(warned_at=timezone.now()):
        return False
    token = WidgetToken.objects.select_related("tenant").get(pk=token_id)
    try:
        _tell(token)
    except OSError:
        WidgetToken.objects.filter(pk=token_id).update(warned_at=None)
        raise
    return True


def _tell(token: WidgetToken) -> None:
    url = f"{settings.PUBLIC_URL}{reverse('widgets:settings')}?tab=install"
    body = render_to_string("widgets/email/token_expiry.txt", {"token": token, "url": url})
    mails.tell_admins(token.tenant_id, subject=f"The widget token “{token.label}” expires soon", body=body)
