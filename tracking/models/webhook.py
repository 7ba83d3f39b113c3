"""Where a tenant wants to be told, and of what (contract §7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from tenants.ownership import TenantOwned, TenantOwnedQuerySet

TEST_EVENT = "webhook.test"
"""What the test button sends; nobody subscribes to it, and it counts in no statistics."""

LONGEST_NAME = 80


class LogEvent(models.TextChoices):
    """The events that are a view of the tenant's event log, beside the outcomes."""

    CONVERSATION_CREATED = "conversation.created", "Conversation created"
    CONVERSATION_UPDATED = "conversation.updated", "Conversation updated"
    MESSAGE_CREATED = "message.created", "Message created"


class WebhookEndpointQuerySet(TenantOwnedQuerySet["WebhookEndpoint"]):
    """The words that lists of endpoints are made of."""

    def in_order(self) -> Self:
        return self.order_by("created_at", "id")


class WebhookEndpoint(TenantOwned):
    """An address of the tenant's own. Its secret is sealed (`tracking.webhook_secrets`) and shown once."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        DISABLED = "disabled", "Disabled"

    class Reason(models.TextChoices):
        GONE = "gone", "It answered 410 Gone"
        FAILING = "failing", "Nothing reached it for five days"

    url = models.CharField(max_length=2048)
    description = models.CharField(max_length=200, blank=True)
    events = ArrayField(models.CharField(max_length=64))
    status = models.CharField(max_length=16, choices=Status, default=Status.ACTIVE)
    sealed = models.BinaryField()
    previous_sealed = models.BinaryField(null=True, blank=True)
    previous_until = models.DateTimeField(null=True, blank=True, help_text="How long the secret before this one signs.")
    created_at = models.DateTimeField(db_default=Now())
    follows_log = models.BooleanField(default=False, help_text="Whether it listens for any event of the tenant's log.")
    log_seq = models.BigIntegerField(default=0, help_text="The last event of that log that was looked at.")
    # The breaker: while it is open, deliveries wait and burn no attempts.
    failures_in_row = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="Nothing but failure since then.")
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=16, choices=Reason, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the admins were told that it is disabled.")

    objects = WebhookEndpointQuerySet.as_manager()
    apart = ""  # not stored: its name among others that are called the same, by `tell_apart`

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="webhook_endpoint_within_tenant")]
        indexes = [
            models.Index(fields=["tenant", "created_at"], name="webhook_endpoint_order"),
            models.Index(fields=["id"], name="webhook_endpoint_follower", condition=models.Q(follows_log=True)),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        """Who is called; addresses may hold secrets in their path, so lists show this."""
        return urlsplit(self.url).netloc

    @property
    def name(self) -> str:
        """What people call it."""
        return self.apart or self.description or self.host

    @property
    def overlaps_until(self) -> datetime | None:
        """How long the secret before this one still signs, if it does."""
        until = self.previous_until
        return until if until and until > timezone.now() else None

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE


def tell_apart(endpoints: Iterable[WebhookEndpoint]) -> None:
    """Name those of a tenant that are called the same by their addresses, and by a number where these are the same."""
    rows = sorted(endpoints, key=lambda one: (one.created_at, one.pk))
    times = Counter(one.name for one in rows)
    alike = [(one, _short(one.url.partition("://")[2])) for one in rows if times[one.name] > 1]
    times, seen = Counter(address for _, address in alike), Counter[str]()
    for one, address in alike:
        seen[address] += 1
        one.apart = f"{address} ({seen[address]})" if times[address] > 1 else address


def _short(address: str) -> str:
    """Its beginning and its end: addresses of one server differ there."""
    return address if len(address) <= LONGEST_NAME else f"{address[:40]}…{address[-39:]}"
