"""A conversation in a few lines, for whoever takes it over."""

from __future__ import annotations

from django.db import models

from conversations.models.conversation import Conversation
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class Summary(TenantOwned):
    """The latest summary of a conversation; the row is there from when it is asked for.

    `covers` is the conversation's last message when it was made. `model` is empty where it was put together from the
    conversation's own words. `asked_at` is set while one is being made.
    """

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="summary", db_constraint=False
    )
    text = models.TextField(blank=True)
    model = models.CharField(max_length=200, blank=True)
    cost_micros = models.BigIntegerField(default=0)
    covers = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    objects = TenantOwnedQuerySet["Summary"].as_manager()
