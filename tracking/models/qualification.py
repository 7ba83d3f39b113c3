"""What a tenant asks of a visitor to call them a lead, and what it knows of each (contract §4)."""

from __future__ import annotations

from django.db import models

from conversations.models import Conversation
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class Qualification(TenantOwned):
    """One per tenant, as `GET /api/tracking/qualification` shows it; checked by `tracking.qualification.definition`."""

    fields = models.JSONField(default=list, blank=True)
    criteria = models.JSONField(null=True, blank=True)

    objects = TenantOwnedQuerySet["Qualification"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_qualification_per_tenant")]


class Answers(TenantOwned):
    """What is known of one conversation's visitor: `values` by field key, and in `sources` who said so."""

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="answers", db_constraint=False
    )
    values = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)

    objects = TenantOwnedQuerySet["Answers"].as_manager()
