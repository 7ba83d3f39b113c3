"""Where allauth's flows touch our people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from kombu.exceptions import OperationalError

from tenants import audit, services, tasks, words
from tenants.models import User, Verb


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up makes a company with its owner; limits count per address, whatever server is in front."""

    error_messages = {**DefaultAccountAdapter.error_messages, **words.SIGN_IN}

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Make the user and the company in one transaction: nobody is left without a place."""
        user.name = form.cleaned_data["name"].strip()
        with transaction.atomic():
            super().save_user(request, user, form, commit=commit)
            services.found_company(owner=user, name=form.cleaned_data["company"])
        return user

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """Give somebody another password, which each of their companies may know of."""
        super().set_password(user, password)
        match = allauth_context.request.resolver_match
        is_reset = match is not None and match.url_name == "account_reset_password_from_key"
        verb = Verb.ACCOUNT_PASSWORD_RESET if is_reset else Verb.ACCOUNT_PASSWORD_CHANGED
        audit.record_for_places(verb, user, by=user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand a mail to the worker, so that no page waits for a mail server; without a broker it goes out at once."""
        request = allauth_context.request
        shown = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        mail = self.render_mail(template_prefix, email, shown)
        try:
            tasks.send_mail.delay(subject=mail.subject, body=mail.body, to=email)
        except OperationalError:
            mail.send()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail, at our own address whatever host the request named."""
        return _public(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The same for confirming an address."""
        return _public(super().get_email_confirmation_url(request, emailconfirmation))

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address; a server that listens on a socket file knows none, and all its callers are then one."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return "127.0.0.1"


def _public(url: str) -> str:
    parts = urlsplit(url)
    return f"{settings.PUBLIC_URL}{parts.path}"
