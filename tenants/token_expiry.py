"""API tokens that end: admins are told in time, and what ended long ago is forgotten."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tenants import mails
from tenants.models import ApiToken
from tenants.models.api_token import EXPIRY_WARNING
from tenants.models.audit import KEPT

BATCH: Final = 500


def unwarned() -> list[uuid.UUID]:
    """Tokens in use that end within the warning's time; those made for less than that are known to be short."""
    soon = timezone.now() + EXPIRY_WARNING
    rows = ApiToken.objects.live().filter(warned_at=None, expires_at__lte=soon, last_used_at__isnull=False)
    long_lived = rows.filter(expires_at__gt=F("created_at") + EXPIRY_WARNING)
    return list(long_lived.order_by("expires_at").values_list("pk", flat=True)[:BATCH])


def warn(token_id: uuid.UUID) -> bool:
    """Write to the company's admins and owners, once; claimed first, so that two workers don't write twice."""
    claim = ApiToken.objects.filter(pk=token_id, warned_at=None, revoked_at=None)
    if not claim.update(warned_at=timezone.now()):
        return False
    token = ApiToken.objects.select_related("tenant").get(pk=token_id)
    try:
        _tell(token)
    except OSError:
        ApiToken.objects.filter(pk=token_id).update(warned_at=None)
        raise
    return True


def _tell(token: ApiToken) -> None:
    url = f"{settings.PUBLIC_URL}{reverse('tenants:tokens')}"
    body = render_to_string("tenants/email/token_expiry.txt", {"token": token, "url": url})
    mails.tell_admins(token.tenant_id, subject=f"The API token “{token.label}” expires soon", body=body)


def forget() -> None:
    """Delete tokens that opened nothing for as long as the audit log remembers what they did."""
    then = timezone.now() - KEPT
    old = ApiToken.objects.filter(Q(revoked_at__lt=then) | Q(revoked_at=None, expires_at__lt=then))
    ApiToken.objects.filter(pk__in=old.values("pk")[:BATCH]).delete()
