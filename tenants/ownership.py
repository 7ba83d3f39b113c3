"""Rows that belong to a tenant, and the one way to reach them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self, TypeVar

import uuid_utils.compat
from django.db import models

if TYPE_CHECKING:
    from tenants.models import Tenant

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


def new_id() -> uuid.UUID:
    """A time-ordered id (UUIDv7): rows made together lie together in the index."""
    return uuid_utils.compat.uuid7()


class TenantOwnedQuerySet(models.QuerySet[M_co]):
    """Queries that start at the owner; a stranger's id is simply not found."""

    def for_tenant(self, tenant: Tenant | uuid.UUID) -> Self:
        return self.filter(tenant=tenant)


class TenantOwned(models.Model):
    """A row that says itself whose it is, even where that could be derived.

    The database holds the tenant to it: rows of a tenant refer to each other by `(tenant_id, id)`, in foreign keys that
    migrations add by hand (Django has none of two columns), which is why the plain keys carry `db_constraint=False`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+", editable=False)

    class Meta:
        abstract = True
