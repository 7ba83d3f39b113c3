"""An assistant, and the key it speaks to its provider with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet

if TYPE_CHECKING:
    from assistants.models.routing import Handoff


class ProviderKey(TenantOwned):
    """A tenant's own key, sealed (`assistants.keys`); never shown again, known by its last four characters."""

    provider = models.CharField(max_length=20, default="openai")
    label = models.CharField(max_length=80)
    base_url = models.URLField(max_length=500, blank=True, help_text="The only address that the key is sent to.")
    embedding_model = models.CharField(
        max_length=120, blank=True, help_text="Finds passages by their meaning. Empty means the platform's choice."
    )
    sealed = models.BinaryField()
    last4 = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    rotated_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantOwnedQuerySet["ProviderKey"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="provider_key_within_tenant")]

    def __str__(self) -> str:
        return f"{self.label} (…{self.last4})"


class AssistantQuerySet(TenantOwnedQuerySet["Assistant"]):
    """The words that lists of assistants are made of."""

    def active(self) -> Self:
        return self.filter(active=True)

    def with_drafts(self) -> Self:
        """Each with `is_drafted`: whether it has changes that no visitor meets yet."""
        return self.annotate(is_drafted=models.Q(draft__isnull=False))

    def in_order(self) -> Self:
        return self.order_by("-active", "-is_default_chat", "-is_default", "name", "id")


class Assistant(TenantOwned):
    """Answers visitors: a prompt and a provider. Archived ones (`active` false) stay for the transcripts they wrote."""

    class Provider(models.TextChoices):
        OPENAI = "openai", "OpenAI or compatible"
        KNOWLEDGE = "knowledge", "Knowledge base only, no key needed"

    class ReviewPolicy(models.TextChoices):
        NEVER = "never", "Never"
        FLAGGED = "flagged", "When flagged"
        FIRST_REPLY = "first_reply", "The first reply"
        ALWAYS = "always", "Always"

    name = models.CharField(max_length=80)
    provider = models.CharField(max_length=20, choices=Provider, default=Provider.KNOWLEDGE)
    model = models.CharField(max_length=120, blank=True)
    prompt = models.TextField(blank=True, max_length=20_000)
    greeting = models.CharField(max_length=500, blank=True)
    temperature = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(2)])
    max_tokens = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(32_000)]
    )
    base_url = models.URLField(max_length=500, blank=True)
    provider_key = models.ForeignKey(
        ProviderKey, on_delete=models.SET_NULL, null=True, blank=True, related_name="assistants", db_constraint=False
    )
    is_default = models.BooleanField(default=False)
    is_default_chat = models.BooleanField(default=False)
    review_policy = models.CharField(max_length=16, choices=ReviewPolicy, default=ReviewPolicy.FLAGGED)
    fallback_message = models.CharField(max_length=1000, blank=True)
    fallback_model = models.CharField(max_length=120, blank=True)
    fallback_assistant = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    failure = models.CharField(max_length=20, blank=True, editable=False)
    failure_words = models.CharField(max_length=300, blank=True, editable=False)
    failure_request = models.CharField(max_length=128, blank=True, editable=False)
    failure_at = models.DateTimeField(null=True, blank=True, editable=False)
    active = models.BooleanField(default=True)
    handoff: Handoff  # the other side of `Handoff.assistant`
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = AssistantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="assistant_within_tenant"),
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(is_default=True), name="one_default_assistant_per_tenant"
            ),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(is_default_chat=True),
                name="one_default_chat_assistant_per_tenant",
            ),
        ]

    def __str__(self) -> str:
        return self.name
