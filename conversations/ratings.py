"""The visitor says how it was: once per conversation, and again when they think better of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations import log
from conversations.models import Conversation, Rating
from conversations.signals import announce, conversation_rated


@transaction.atomic
def rate_conversation(*, conversation: Conversation, score: int, comment: str = "") -> list[dict[str, Any]]:
    """Keep the rating; gives what the visitor's page is told of it."""
    rating, _ = Rating.objects.update_or_create(
        tenant=conversation.tenant,
        conversation=conversation,
        defaults={"score": score, "comment": comment, "rated_at": timezone.now()},
    )
    announced = announce(conversation_rated, conversation=conversation, rating=rating)
    events = log.with_announced(log.conversation_event("conversation:updated", conversation), announced)
    log.append(conversation.tenant_id, events)
    return list(log.tracking_of(events))
