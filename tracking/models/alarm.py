"""Times in which a tenant's webhooks failed too often."""

from __future__ import annotations

from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class FailRateEpisode(TenantOwned):
    """From when the warning came up until it went away; the admins are told once of each."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField()
    failures = models.PositiveIntegerField()

    objects = TenantOwnedQuerySet["FailRateEpisode"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(ended_at=None), name="one_running_fail_rate_episode"
            )
        ]
