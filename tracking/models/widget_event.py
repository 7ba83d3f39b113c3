"""What widgets report, counted by day."""

from __future__ import annotations

from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class WidgetEvent(TenantOwned):
    """How often a widget reported one kind of event on one day (UTC): a count, not rows for ever."""

    day = models.DateField()
    event = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=0)

    objects = TenantOwnedQuerySet["WidgetEvent"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day", "event"], name="one_widget_event_per_tenant_day_and_name")
        ]
