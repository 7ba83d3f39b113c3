"""What signing out means for tokens, and what companies are told of the addresses that their people sign in with."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import email_added, email_changed, email_removed
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from tenants import audit, credentials, wall
from tenants.models import User, Verb


@receiver(user_logged_out)
@wall.lowered()  # in all their companies
def end_refresh_tokens(user: User | None, **_: Any) -> None:
    """Who signs out of the page is signed out of the API too, a quarter of an hour later at most."""
    if user is not None:
        credentials.revoke_refresh_tokens(user)


@receiver([email_added, email_changed, email_removed])
@transaction.atomic
def record_addresses(user: User, **_: Any) -> None:
    """Sent within the transaction of the page (`autochat.urls`). Which they are is the person's own matter."""
    audit.record_for_places(Verb.ACCOUNT_EMAIL_CHANGED, user, by=user)
