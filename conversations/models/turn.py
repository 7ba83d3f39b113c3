"""The work of answering one visitor's message."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from conversations.models.message import Message
from tenants.ownership import TenantOwnedQuerySet


class TurnQuerySet(TenantOwnedQuerySet["Turn"]):
    """The words that the sweep is made of."""

    def abandoned(self) -> Self:
        """Still being answered, by a process whose lease ran out."""
        return self.filter(state=Turn.State.ANSWERING, lease_expires_at__lt=timezone.now())


class Turn(models.Model):
    """One message's turn: claimed by a process for the length of a lease, then settled with the answer for retries.

    A turn whose lease ran out, or that was given up, is lost: the visitor's retry takes it over.

    With `stop_wanted` the visitor has had enough of the answer: what they have seen of it becomes the answer.

    `claim` fences a process that was thought dead: only the holder of the current claim may settle.
    """

    class State(models.TextChoices):
        ANSWERING = "answering", "Being answered"
        SETTLED = "settled", "Settled"
        LOST = "lost", "Waits for a retry"

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="turn", db_constraint=False
    )
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=128)
    client_id = models.CharField(max_length=128)
    state = models.CharField(max_length=16, choices=State, default=State.ANSWERING)
    claim = models.UUIDField()
    lease_expires_at = models.DateTimeField()
    answer = models.JSONField(null=True)
    stop_wanted = models.BooleanField(default=False, db_default=False)

    objects = TurnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "session", "client_id"], name="one_turn_per_message_id"),
        ]
        indexes = [
            models.Index(fields=["lease_expires_at"], condition=models.Q(state="answering"), name="turn_lease"),
        ]
