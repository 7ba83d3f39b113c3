"""One thing that was said in a conversation."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from conversations.models.conversation import Conversation
from conversations.models.words import message_words
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class MessageQuerySet(TenantOwnedQuerySet["Message"]):
    """The words that transcripts are made of."""

    def in_order(self) -> Self:
        return self.order_by("created_at", "id")

    def for_visitor(self) -> Self:
        """What the visitor may see: neither held nor blocked nor discarded replies."""
        return self.filter(state=Message.State.SENT)


class Message(TenantOwned):
    """A message of the visitor, the assistant, a person of the team, or the system."""

    class Author(models.TextChoices):
        VISITOR = "visitor", "Visitor"
        ASSISTANT = "assistant", "Assistant"
        AGENT = "agent", "Agent"
        SYSTEM = "system", "System"

    class State(models.TextChoices):
        SENT = "sent", "Sent"
        HELD = "held", "Held"
        BLOCKED = "blocked", "Blocked"
        DISCARDED = "discarded", "Discarded"

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_constraint=False
    )
    author = models.CharField(max_length=16, choices=Author)
    author_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    state = models.CharField(max_length=16, choices=State, default=State.SENT)
    client_id = models.CharField(
        max_length=128, blank=True, help_text="The sender's own id: a retry stores nothing twice."
    )
    reply_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    sources = models.JSONField(default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="message_within_tenant"),
            models.UniqueConstraint(
                fields=["conversation", "client_id"],
                condition=~models.Q(client_id=""),
                name="one_message_per_client_id",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "created_at", "id"], name="message_transcript"),
            GinIndex(message_words(), name="message_words"),
        ]
