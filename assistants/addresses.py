"""Which addresses a tenant may enter: for an AI provider, and for pages to be read."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError

from assistants.crawling.addresses import normalise
from assistants.models import ProviderKey
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


def check_page_url(url: str) -> str:
    """The address of a page in its one spelling, or ValidationError with what is wrong with it."""
    try:
        check_url(url.strip(), allowed_hosts=settings.EGRESS_ALLOWED_HOSTS)
    except EgressRefused as refusal:
        raise ValidationError(str(refusal)) from None
    spelled = normalise(url.strip())
    if not spelled:
        raise ValidationError("This is not the address of a web page, or longer than 1,000 characters.")
    return spelled


def check_key_address(key: ProviderKey | None, base_url: str) -> None:
    """Refuse to send a stored key to another address than it was entered for. Raises ValidationError."""
    if key is not None and base_url and base_url != key.base_url:
        meant = key.base_url or "OpenAI itself"
        raise ValidationError(
            f"The key “{key.label}” is for {meant} and goes nowhere else. Leave this empty, or enter a key for it."
        )
