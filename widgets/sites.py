"""Putting sites on the allowlist."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from tenants.models import Tenant
from widgets.models import AllowedDomain

LISTED = "This domain is on the list."
FULL = "The list is full. An entry such as *.acme.com covers all subdomains at once."
MAX_DOMAINS = 200  # the door reads the whole list with every request


class AlreadyListed(Exception):
    """The site is on the list."""


class ListFull(Exception):
    """No tenant needs so many; a wildcard covers subdomains."""


def allow_domain(*, tenant: Tenant, domain: str) -> AllowedDomain:
    """List a site, given in its normal form. Raises AlreadyListed and ListFull."""
    if AllowedDomain.objects.for_tenant(tenant).count() >= MAX_DOMAINS:
        raise ListFull
    try:
        with transaction.atomic():
            return AllowedDomain.objects.create(tenant=tenant, domain=domain)
    except IntegrityError:
        raise AlreadyListed from None


def change_domain(*, row: AllowedDomain, domain: str) -> None:
    """Replace an entry by another. Raises AlreadyListed."""
    row.domain = domain
    try:
        with transaction.atomic():
            row.save(update_fields=["domain"])
    except IntegrityError:
        raise AlreadyListed from None
