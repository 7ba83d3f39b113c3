"""A conversation between one visitor and a tenant's assistants and people."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from conversations.models.contact import Contact
from tenants.models import Place, Role
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class ConversationQuerySet(TenantOwnedQuerySet["Conversation"]):
    """The words that lists of conversations are made of."""

    def open(self) -> Self:
        return self.filter(status=Conversation.Status.OPEN)

    def unread(self) -> Self:
        return self.filter(unread__gt=0)

    def visible_to(self, place: Place) -> Self:
        """An agent sees their own conversations and nobody's; everybody above sees all (contract §8)."""
        mine = self.for_tenant(place.tenant_id)
        if place.is_at_least(Role.MANAGER):
            return mine
        return mine.filter(Q(assigned_to=None) | Q(assigned_to=place.person_id))

    def in_order(self) -> Self:
        return self.order_by("-last_message_at", "-id")

    def for_inbox(self) -> Self:
        """With what a row of the inbox shows."""
        return self.select_related("contact", "assigned_to")


class Conversation(TenantOwned):
    """One visitor's session with a tenant, from the first message until somebody closes it."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Channel(models.TextChoices):
        WIDGET = "widget", "Chat widget"

    class Attention(models.TextChoices):
        """Why a person should look."""

        NONE = "", "Nothing"
        NO_ASSISTANT = "no_assistant", "No assistant could answer"
        NO_ANSWER_FOUND = "no_answer_found", "The assistant had no answer"
        PROVIDER_FAILED = "provider_failed", "The AI provider failed"
        ANSWER_LOST = "answer_lost", "The answer was interrupted"
        ASKED_FOR_PERSON = "asked_for_person", "Asked for a person"
        PEOPLE_ONLY = "people_only", "Waits for a person"
        REPLY_HELD = "reply_held", "Reply held"
        REPLY_BLOCKED = "reply_blocked", "Reply blocked"
        SERIOUS = "serious", "Serious matter"
        UPSET = "upset", "The visitor is upset"

    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="conversations", db_constraint=False
    )
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.WIDGET)
    session = models.CharField(max_length=128, help_text="The visitor's bearer secret.")
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    # Raised by every act of a person; an assistant's answer lands only in the epoch in which it was asked for.
    epoch = models.PositiveIntegerField(default=0)
    ai_paused = models.BooleanField(default=False)
    # The assistant that speaks: an id without a key, for assistants stand above conversations.
    assistant_id = models.UUIDField(null=True, blank=True)
    # The assistants that gave this conversation away, in order: none of them gets it back by a hand-off.
    handed_over_by = ArrayField(models.UUIDField(), default=list, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    qualified = models.BooleanField(default=False)
    attention = models.CharField(max_length=20, choices=Attention, default=Attention.NONE, blank=True)
    attention_at = models.DateTimeField(null=True, blank=True)
    unread = models.PositiveIntegerField(default=0, help_text="Visitor's messages that nobody of the team has seen.")
    preview = models.CharField(max_length=140, blank=True, help_text="The beginning of the last message.")
    preview_author = models.CharField(max_length=16, blank=True)
    started_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    page_url = models.CharField(max_length=2000, blank=True)
    page_title = models.CharField(max_length=300, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="conversation_within_tenant"),
            models.UniqueConstraint(
                fields=["tenant", "session"],
                condition=models.Q(status="open"),
                name="one_open_conversation_per_session",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "status", "-last_message_at", "-id"], name="conversation_inbox"),
            models.Index(
                F("tenant"),
                F("status"),
                F("attention_at").desc(nulls_last=True),
                F("last_message_at").desc(),
                F("id").desc(),
                name="conversation_attention_first",
            ),
            models.Index(fields=["tenant", "session", "-started_at"], name="conversation_session"),
            models.Index(fields=["tenant", "contact", "-id"], name="conversation_of_contact"),
            models.Index(fields=["tenant", "started_at"], name="conversation_started"),
            models.Index(
                fields=["tenant", "assigned_to", "status"],
                name="conversation_of_person",
                condition=Q(assigned_to__isnull=False),
            ),
            models.Index(
                fields=["tenant", "assigned_to"], name="conversation_unread", condition=Q(status="open", unread__gt=0)
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def needs_attention(self) -> bool:
        return self.attention != self.Attention.NONE
