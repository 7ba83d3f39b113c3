"""API tokens that end: admins are told in time, and what ended long ago is forgotten."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from tenants import expiry_warnings
from tenants.expiry_warnings import BATCH
from tenants.models import ApiToken
from tenants.models.api_token import EXPIRY_WARNING
from tenants.models.audit import KEPT


def unwarned() -> list[uuid.UUID]:
    """Tokens in use that end soon."""
    return expiry_warnings.unwarned(ApiToken.objects.live().filter(last_used_at__isnull=False), EXPIRY_WARNING)


def warn(token_id: uuid.UUID) -> bool:
    """Write to the company's admins and owners, once."""
    return expiry_warnings.warn(ApiToken.objects.all(), token_id, _tell)


def _tell(token: ApiToken) -> None:
    template = "tenants/email/token_expiry.txt"
    expiry_warnings.write(token, kind="API token", path=reverse("tenants:tokens"), template=template)


def forget() -> None:
    """Delete tokens that opened nothing for as long as the audit log remembers what they did."""
    then = timezone.now() - KEPT
    old = ApiToken.objects.filter(Q(revoked_at__lt=then) | Q(revoked_at=None, expires_at__lt=then))
    ApiToken.objects.filter(pk__in=old.values("pk")[:BATCH]).delete()
