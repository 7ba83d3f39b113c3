"""Putting sites on the allowlist."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from tenants import audit
from tenants.models import Tenant, Verb
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
            row = AllowedDomain.objects.create(tenant=tenant, domain=domain)
            audit.record(Verb.DOMAIN_ADDED, tenant=tenant, target=row)
            return row
    except IntegrityError:
        raise AlreadyListed from None


def change_domain(*, row: AllowedDomain, domain: str) -> None:
    """Replace an entry by another. Raises AlreadyListed."""
    before = audit.snapshot(row, ["domain"])
    row.domain = domain
    seen = audit.changes_of(before, row, shown=["domain"])
    try:
        with transaction.atomic():
            row.save(update_fields=["domain"])
            audit.record_changes(Verb.DOMAIN_CHANGED, tenant=row.tenant_id, target=row, changes=seen)
    except IntegrityError:
        raise AlreadyListed from None


@transaction.atomic
def remove_domain(row: AllowedDomain) -> None:
    """Take a site off the list."""
    audit.record(Verb.DOMAIN_REMOVED, tenant=row.tenant_id, target=row)
    row.delete()
