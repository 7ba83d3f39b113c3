"""What a conversation's answers cost; each message holds its own share."""

from __future__ import annotations

from django.db.models import FloatField, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from conversations.models import Conversation, Message
from conversations.transcript import Window


def cost_of(conversation: Conversation, window: Window | None = None) -> float | None:
    """US dollars for all answers, kept back ones included; None where no model was paid.

    Out of the messages at hand where these are all, else in one query.
    """
    if window is not None and not window.has_earlier:
        costs = [line.message.metadata.get("cost_usd") for line in window.lines]
        return sum(cost for cost in costs if cost) or None
    said = Message.objects.for_tenant(conversation.tenant_id).filter(
        conversation=conversation, author=Message.Author.ASSISTANT
    )
    cost = Cast(KeyTextTransform("cost_usd", "metadata"), FloatField())
    total: float | None = said.aggregate(total=Sum(cost))["total"]
    return total
