"""Telling admins in time that a token ends, and the chat on their pages with it."""

from __future__ import annotations

import uuid

from django.urls import reverse

from tenants import expiry_warnings
from widgets.models import EXPIRY_WARNING, WidgetToken


def unwarned() -> list[uuid.UUID]:
    """Tokens that end soon."""
    return expiry_warnings.unwarned(WidgetToken.objects.valid(), EXPIRY_WARNING)


def warn(token_id: uuid.UUID) -> bool:
    """Write to the tenant's admins and owners, once."""
    return expiry_warnings.warn(WidgetToken.objects.all(), token_id, _tell)


def _tell(token: WidgetToken) -> None:
    path, template = f"{reverse('widgets:settings')}?tab=install", "widgets/email/token_expiry.txt"
    expiry_warnings.write(token, kind="widget token", path=path, template=template)
