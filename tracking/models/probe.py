"""What a look at an endpoint found."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from tenants.models import User
from tenants.ownership import TenantOwned, TenantOwnedQuerySet
from tracking.models.delivery import Failure
from tracking.models.webhook import WebhookEndpoint

PATIENCE = timedelta(minutes=2)
"""After that a probe that was asked for and has not ended is taken for lost: it is not begun again by itself."""


class EndpointProbe(TenantOwned):
    """The probe of an endpoint: the one that is under way, and what the last that ended has found.

    It waits or runs while it has a `due_at`; while it is leased that is when the lease is over, as with deliveries.
    """

    endpoint = models.OneToOneField(
        WebhookEndpoint, on_delete=models.DO_NOTHING, related_name="probe", db_constraint=False
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by_token = models.CharField(
        max_length=80, blank=True, help_text="The label of the API token, where no person asked."
    )
    by_warning = models.BooleanField(default=False, help_text="Nobody asked: a high fail-rate began.")
    due_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True, help_text="Who probes now; fences whoever held it before.")
    # What the last one has found; the first request is signed rightly, the second is forged on purpose.
    checked_at = models.DateTimeField(null=True)
    url = models.CharField(max_length=2048, blank=True, help_text="What was called.")
    status_code = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=16, choices=Failure, blank=True)
    error = models.CharField(max_length=300, blank=True, help_text="Redacted.")
    duration_ms = models.PositiveIntegerField(default=0)
    connected_ms = models.PositiveIntegerField(null=True)
    certificate_until = models.DateTimeField(null=True)
    is_forgery_sent = models.BooleanField(default=False)
    forged_status_code = models.PositiveSmallIntegerField(null=True, help_text="Empty: it got no answer.")

    objects = TenantOwnedQuerySet["EndpointProbe"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="endpoint_probe_within_tenant")]
        indexes = [models.Index(fields=["due_at"], name="endpoint_probe_due", condition=models.Q(due_at__isnull=False))]

    def is_running(self, now: datetime) -> bool:
        """Whether a result is still to come."""
        return self.due_at is not None and self.asked_at > now - PATIENCE

    def is_lost(self, now: datetime) -> bool:
        """Whether the one that was asked for last never ended."""
        return self.due_at is not None and not self.is_running(now)
