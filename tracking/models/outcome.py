"""What a conversation came to, and what a tenant wants told about it (contract §6)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models

from conversations.models import Conversation
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class EventType(models.TextChoices):
    """The outcomes there are: one of each in a conversation."""

    CONVERSATION_STARTED = "autochat.conversation_started.v1", "Conversation started"
    CONTACT_CAPTURED = "autochat.contact_captured.v1", "Contact captured"
    LEAD_QUALIFIED = "autochat.lead_qualified.v1", "Lead qualified"
    APPOINTMENT_REQUESTED = "autochat.appointment_requested.v1", "Appointment requested"
    QUOTE_REQUESTED = "autochat.quote_requested.v1", "Quote requested"
    HANDOFF_REQUESTED = "autochat.handoff_requested.v1", "Handed to people"
    CONVERSATION_RESOLVED = "autochat.conversation_resolved.v1", "Conversation resolved"
    CONVERSATION_RATED = "autochat.conversation_rated.v1", "Conversation rated"


class Source(models.TextChoices):
    """What decided that an outcome was reached."""

    SYSTEM = "system", "A fact"
    RULE = "rule", "Qualification"
    ASSISTANT = "assistant", "The assistant"
    AGENT = "agent", "A person"
    API = "api", "The API"


class OutcomeQuerySet(TenantOwnedQuerySet["Outcome"]):
    """The words that lists of outcomes are made of."""

    def in_order(self) -> OutcomeQuerySet:
        return self.order_by("occurred_at", "id")

    def for_page(self, conversation_id: uuid.UUID) -> OutcomeQuerySet:
        """What the visitor's page is told about a conversation."""
        return self.filter(conversation=conversation_id, emit_browser=True).in_order()


class Outcome(TenantOwned):
    """One outcome of one conversation. Its id is the `event_id` of page event, dataLayer push and webhook alike (B1).

    `detail` is what all of them carry, made once, when it happened.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="outcomes", db_constraint=False
    )
    type = models.CharField(max_length=64, choices=EventType)
    source = models.CharField(max_length=16, choices=Source)
    occurred_at = models.DateTimeField()
    detail = models.JSONField()
    emit_browser = models.BooleanField()

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="outcome_within_tenant"),
            models.UniqueConstraint(fields=["conversation", "type"], name="one_outcome_per_conversation_and_type"),
        ]
        indexes = [models.Index(fields=["tenant", "type", "-occurred_at"], name="outcome_by_type")]


class OutcomeMapping(TenantOwned):
    """What a tenant wants told about one kind of outcome, and whom. Its defaults hold where there is no row."""

    event_type = models.CharField(max_length=64, choices=EventType)
    enabled = models.BooleanField("count this outcome", default=True)
    emit_browser = models.BooleanField("tell the page that the widget stands on", default=True)
    emit_webhook = models.BooleanField("tell the webhook endpoints that listen for it", default=True)
    conversion_value = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(max_length=3, blank=True)
    # The fields of the outcome's schema that are told; None: those that the schema tells by default.
    include_fields = ArrayField(models.CharField(max_length=40), null=True, blank=True)

    objects = TenantOwnedQuerySet["OutcomeMapping"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "event_type"], name="one_mapping_per_tenant_and_outcome")
        ]
