"""Where allauth's flows touch our people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from tenants import services
from tenants.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up makes a company with its owner; limits count per address, whatever server is in front."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Make the user and the company in one transaction: nobody is left without a place."""
        user.name = form.cleaned_data["name"].strip()
        with transaction.atomic():
            super().save_user(request, user, form, commit=commit)
            services.found_company(owner=user, name=form.cleaned_data["company"])
        return user

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address; a server that listens on a socket file knows none, and all its callers are then one."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return "127.0.0.1"
