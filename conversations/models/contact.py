"""A person who wrote to a tenant."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower

from conversations.models.words import contact_letters
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class Contact(TenantOwned):
    """Made when somebody says something, never per page view; found again by e-mail address, whatever its case."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantOwnedQuerySet["Contact"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="contact_within_tenant"),
            models.UniqueConstraint(
                "tenant", Lower("email"), condition=~models.Q(email=""), name="one_contact_per_tenant_and_email"
            ),
        ]
        indexes = [
            GinIndex(contact_letters(), name="contact_search"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or "Visitor"
