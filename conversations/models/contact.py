"""A person who wrote to a tenant."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from conversations.models.words import contact_letters
from tenants.ownership import TenantOwned, TenantOwnedQuerySet

DETAILS = ("name", "email", "phone", "company")
"""Who a contact is: what people and visitors may say about them."""


class ContactQuerySet(TenantOwnedQuerySet["Contact"]):
    """The words that lists of contacts are made of."""

    def current(self) -> Self:
        """Without those that were merged into others."""
        return self.filter(merged_into=None)

    def last_seen_first(self) -> Self:
        return self.order_by(F("last_seen_at").desc(nulls_last=True), "-id")

    def newest_first(self) -> Self:
        return self.order_by("-id")  # ids are made in the order of time


def _listed(name: str, **only: Any) -> models.Index:
    """Contacts as a list shows them."""
    order = F("last_seen_at").desc(nulls_last=True)
    return models.Index(F("tenant"), order, F("id").desc(), name=name, condition=Q(merged_into=None, **only))


class Contact(TenantOwned):
    """Made when somebody says something, or by hand; found again by e-mail address, whatever its case.

    One that was merged into another stays as an address that leads there: who writes with it later is the other one.
    """

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, help_text="When they last wrote, to a few minutes.")
    qualified = models.BooleanField(
        default=False, db_default=False, help_text="A conversation of theirs has made them a lead."
    )
    # The database deletes what leads to a contact together with it.
    merged_into = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, related_name="merged", db_constraint=False, db_index=False
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="contact_within_tenant"),
            models.UniqueConstraint(
                "tenant", Lower("email"), condition=~models.Q(email=""), name="one_contact_per_tenant_and_email"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(name="", phone="", company="") & ~Q(merged_into=F("id")),
                name="merged_contact_is_an_address",
            ),
        ]
        indexes = [
            GinIndex(contact_letters(), name="contact_search"),
            _listed("contact_last_seen"),
            _listed("contact_lead", qualified=True),
            models.Index(fields=["tenant", "merged_into"], name="contact_merged", condition=~Q(merged_into=None)),
        ]

    def __str__(self) -> str:
        return self.known_as or f"Visitor {self.pk.hex[-4:]}"

    @property
    def known_as(self) -> str:
        """What they are called; avatars are drawn from it."""
        return self.name or self.email or self.phone or self.company

    @property
    def is_merged(self) -> bool:
        return self.merged_into_id is not None
