"""The outbox: what is to be told, to whom, and how each try went. The table of deliveries is the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Now

from tenants.ownership import TenantOwned, TenantOwnedQuerySet
from tracking.models.webhook import WebhookEndpoint


class WebhookEvent(TenantOwned):
    """One thing to tell. Its id is the `webhook-id` of every try everywhere; its body is stored once, as it is sent."""

    type = models.CharField(max_length=64)
    body = models.BinaryField()
    occurred_at = models.DateTimeField()
    # An id without a key: whoever erases a conversation finds what was told of it.
    conversation_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = TenantOwnedQuerySet["WebhookEvent"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="webhook_event_within_tenant")]
        indexes = [
            models.Index(fields=["created_at"], name="webhook_event_age"),
            models.Index(
                fields=["tenant", "conversation_id"],
                name="webhook_event_conversation",
                condition=models.Q(conversation_id__isnull=False),
            ),
        ]


class DeliveryQuerySet(TenantOwnedQuerySet["Delivery"]):
    """The words that the delivery log is made of."""

    def real(self) -> Self:
        """Without what the test button sent."""
        return self.filter(is_test=False)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class Delivery(TenantOwned):
    """One event for one endpoint: due at a time, leased while it is being sent, then delivered or dead."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        DELIVERED = "delivered", "Delivered"
        DEAD = "dead", "Given up"

    event = models.ForeignKey(WebhookEvent, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False
    )
    event_type = models.CharField(max_length=64)
    is_test = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(db_default=Now(), help_text="While it is leased: when the lease is over.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Since it was made or last replayed.")
    attempts = models.PositiveIntegerField(default=0, help_text="Tries in all.")
    lease = models.UUIDField(null=True, help_text="Who sends it now; fences whoever held it before.")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="delivery_within_tenant"),
            models.UniqueConstraint(fields=["event", "endpoint"], name="one_delivery_per_event_and_endpoint"),
        ]
        indexes = [
            models.Index(fields=["endpoint", "due_at"], name="delivery_due", condition=models.Q(state="pending")),
            models.Index(fields=["endpoint"], name="delivery_in_flight", condition=models.Q(lease__isnull=False)),
            models.Index(fields=["tenant", "-created_at", "-id"], name="delivery_newest"),
            models.Index(fields=["tenant", "endpoint", "-created_at", "-id"], name="delivery_newest_of_endpoint"),
            models.Index(
                fields=["tenant", "-created_at", "-id"], name="delivery_dead", condition=models.Q(state="dead")
            ),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    @property
    def next_at(self) -> datetime:
        """When it is tried next: a failing endpoint is left alone for a while, and what is due waits."""
        return max(self.due_at, self.endpoint.open_until or self.due_at)

    @property
    def last_try(self) -> Attempt | None:
        """The latest try; wants the log loaded, in order."""
        return next(reversed(list(self.log.all())), None)


class Failure(models.TextChoices):
    """How a try can fail: a short closed list, so that Health can group and explain."""

    REFUSED = "refused", "Address refused"
    DNS = "dns", "Name not found"
    CONNECT = "connect", "No connection"
    TLS = "tls", "Certificate or TLS"
    TIMEOUT = "timeout", "Too slow"
    DROPPED = "dropped", "Connection broken off"
    GARBLED = "garbled", "Not HTTP"
    REDIRECT = "redirect", "Redirect"
    STATUS = "status", "Refused by the server"
    EXPIRED = "expired", "Waited too long"
    INTERNAL = "internal", "Our own fault"


class AttemptQuerySet(TenantOwnedQuerySet["Attempt"]):
    """The words that Health is made of."""

    def counted(self) -> Self:
        """What statistics count: replays do, test pings don't."""
        return self.filter(is_test=False)


class Attempt(TenantOwned):
    """One try: when, how long, what came back. Error and response are redacted before they are stored."""

    delivery = models.ForeignKey(Delivery, on_delete=models.DO_NOTHING, related_name="log", db_constraint=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.DO_NOTHING, related_name="attempts", db_constraint=False
    )
    event_type = models.CharField(max_length=64)
    is_test = models.BooleanField(default=False)
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=16, choices=Failure, blank=True, help_text="Empty: it arrived.")
    error = models.CharField(max_length=300, blank=True)
    response = models.TextField(blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["delivery", "number"], name="attempt_of_delivery"),
            models.Index(fields=["tenant", "started_at"], name="attempt_lately", condition=models.Q(is_test=False)),
            models.Index(
                fields=["tenant", "-started_at", "-id"],
                name="attempt_failed",
                condition=models.Q(is_test=False) & ~models.Q(failure=""),
            ),
            models.Index(fields=["started_at"], name="attempt_age"),
        ]

    @property
    def is_good(self) -> bool:
        return not self.failure
