"""Which addresses a tenant may enter for an AI provider."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError

from tenants.egress import EgressRefused, check_url


def check_base_url(url: str) -> str:
    """The address as it was entered, or ValidationError with what is wrong with it."""
    url = url.strip()
    if url:
        try:
            parts = check_url(url, allowed_hosts=settings.EGRESS_ALLOWED_HOSTS)
        except EgressRefused as refusal:
            raise ValidationError(str(refusal)) from None
        if parts.query or parts.fragment:
            raise ValidationError("Leave out everything from “?” or “#” on.")
    return url
