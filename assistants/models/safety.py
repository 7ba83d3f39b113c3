"""A tenant's safety lists, what they set off, and replies that wait for a person."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from conversations.models import Conversation, Message
from tenants.ownership import TenantOwned, TenantOwnedQuerySet

KEYWORDS_MOST = 500
KEYWORD_LONGEST = 100
HOLDING_MINUTES_MOST = 120
HOLDING_LONGEST = 500


def _keywords() -> ArrayField:  # type: ignore[type-arg]
    field = models.CharField(max_length=KEYWORD_LONGEST)
    return ArrayField(field, default=list, blank=True, size=KEYWORDS_MOST)


class SafetyPolicy(TenantOwned):
    """A tenant's own keywords; a tenant without a row has the system's alone."""

    blocked_keywords = _keywords()
    serious_high_confidence_keywords = _keywords()
    serious_medium_confidence_keywords = _keywords()
    escalation_keywords = _keywords()
    changed_at = models.DateTimeField(auto_now=True)

    objects = TenantOwnedQuerySet["SafetyPolicy"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_safety_policy_per_tenant")]


class Holding(TenantOwned):
    """What a visitor reads when a reply is held for longer, and after how many minutes; no row means nothing."""

    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(HOLDING_MINUTES_MOST)]
    )
    text = models.CharField(max_length=HOLDING_LONGEST)

    objects = TenantOwnedQuerySet["Holding"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_holding_text_per_tenant")]


class SafetyMatch(TenantOwned):
    """A rule that fired: on what, where in which message, and what was done."""

    class Side(models.TextChoices):
        VISITOR = "visitor", "Visitor"
        REPLY = "reply", "Reply"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    side = models.CharField(max_length=8, choices=Side)
    level = models.CharField(max_length=16)
    keyword = models.CharField(max_length=KEYWORD_LONGEST)
    system = models.BooleanField()
    text = models.CharField(max_length=200)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    action = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantOwnedQuerySet["SafetyMatch"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["tenant", "-created_at"], name="safety_match_latest")]


class ReviewQuerySet(TenantOwnedQuerySet["Review"]):
    """The words that the queue is made of."""

    def waiting(self) -> Self:
        return self.filter(decision="")

    def for_queue(self) -> Self:
        """With what a row of the queue shows."""
        return self.select_related("message__reply_to", "conversation__contact", "decided_by")


class Review(TenantOwned):
    """A held reply and what a person decided about it. Nobody has decided while `decision` is empty."""

    class Decision(models.TextChoices):
        RELEASE = "release", "Released"
        EDIT = "edit", "Edited"
        DISCARD = "discard", "Discarded"

    class Why(models.TextChoices):
        FLAGGED = "flagged", "Set off a safety rule"
        FIRST_REPLY = "first_reply", "First reply of this assistant"
        ALWAYS = "always", "Every reply is reviewed"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    why = models.CharField(max_length=16, choices=Why)
    drafted = models.TextField(help_text="What the assistant wanted to say.")
    basis = models.JSONField(default=list, blank=True)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by_token = models.CharField(
        max_length=80, blank=True, help_text="The label of the API token, where no person decided."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the visitor was told that it takes longer.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "created_at"], condition=models.Q(decision=""), name="review_waiting"),
            models.Index(fields=["tenant", "-decided_at"], name="review_decided"),
        ]
