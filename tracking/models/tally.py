"""How tries went, added up: Health looks back on days without reading them one by one."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet
from tracking.models.webhook import WebhookEndpoint


class AttemptTally(TenantOwned):
    """The tries of one event type at one endpoint in one hour, and in one quarter of a day (UTC); tests don't count.

    Written by the statement that logs the tries (`tracking.tallies`), and gone with its endpoint.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    event_type = models.CharField(max_length=64)
    hours = models.PositiveSmallIntegerField(help_text="How long it is: 1 or 6.")
    begins_at = models.DateTimeField()
    attempts = models.PositiveIntegerField()
    failures = models.PositiveIntegerField()
    latencies = ArrayField(models.IntegerField(), help_text="How many in each slot of `tracking.latencies`.")

    objects = TenantOwnedQuerySet["AttemptTally"].as_manager()

    class Meta:
        verbose_name_plural = "attempt tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "hours", "begins_at", "endpoint", "event_type"], name="one_tally_per_span"
            )
        ]
        indexes = [models.Index(fields=["hours", "begins_at"], name="attempt_tally_age")]
