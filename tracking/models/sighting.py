"""Which pages have heard of an outcome."""

from __future__ import annotations

from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class BrowserSighting(TenantOwned):
    """When a widget on this host last told its page of this kind of outcome: proof that the wiring works there."""

    host = models.CharField(max_length=253)
    event_type = models.CharField(max_length=80)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveBigIntegerField(default=1)

    objects = TenantOwnedQuerySet["BrowserSighting"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "host", "event_type"], name="one_sighting_per_host_and_outcome")
        ]
