"""How the visitor found a conversation."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from conversations.models.conversation import Conversation
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class Rating(TenantOwned):
    """One per conversation; the visitor may change it. The comment is for the team's eyes alone."""

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="rating", db_constraint=False
    )
    score = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.CharField(max_length=2000, blank=True)
    rated_at = models.DateTimeField(db_default=Now())

    objects = TenantOwnedQuerySet["Rating"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="rating_within_tenant"),
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="rating_from_1_to_5"),
        ]
