"""The tenant's event log: what dashboards are told, in one order (contract §5)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from tenants.ownership import TenantOwnedQuerySet


class EventCounter(models.Model):
    """The last number given in a tenant's log. Taken last in a transaction, so that commit order is number order."""

    tenant = models.OneToOneField("tenants.Tenant", on_delete=models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField(default=0)


class Event(models.Model):
    """One change, as dashboards are told it. Kept for seven days."""

    pk = models.CompositePrimaryKey("tenant_id", "seq")
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    # An id without a key: the log outlives what it tells of.
    conversation_id = models.UUIDField(null=True)
    # Whose conversation it was then: agents see their own and nobody's (contract §8).
    assigned_to_id = models.UUIDField(null=True)
    data = models.JSONField()
    # What the visitor's stream is told beside it: [{"event": …, "data": …}]. Dashboards never see it.
    for_visitor = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now())

    objects = TenantOwnedQuerySet["Event"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "conversation_id", "seq"], name="event_conversation"),
            models.Index(fields=["at"], name="event_age"),
        ]
