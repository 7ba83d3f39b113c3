"""What signing out means for tokens."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from tenants import credentials
from tenants.models import User


@receiver(user_logged_out)
def end_refresh_tokens(user: User | None, **_: Any) -> None:
    """Who signs out of the page is signed out of the API too, a quarter of an hour later at most."""
    if user is not None:
        credentials.revoke_refresh_tokens(user)
