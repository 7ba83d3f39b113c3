"""What tracking makes of what conversations announce; the only file that hears it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from conversations.log import Draft
from conversations.models import Conversation, Message, Rating
from conversations.signals import (
    contact_captured,
    contact_changed,
    conversation_closed,
    conversation_rated,
    conversation_started,
    facts_collected,
    handoff_requested,
    outcome_reported,
)
from tracking import qualifying
from tracking.models import EventType, Outcome, Source
from tracking.services import record_outcome

REASONS = {Conversation.Attention.ASKED_FOR_PERSON: "asked_for_person", Conversation.Attention.SERIOUS: "serious"}


@receiver(conversation_started)
def started(*, conversation: Conversation, **_: Any) -> list[Draft]:
    """A visitor has sent a first message."""
    return record_outcome(conversation, EventType.CONVERSATION_STARTED, Source.SYSTEM)


@receiver(contact_captured)
def captured(*, conversation: Conversation, **_: Any) -> list[Draft]:
    """The visitor is known better: perhaps the team can reach them now, perhaps they qualify."""
    return _reachable(conversation) + qualifying.look_again([conversation])


@receiver(contact_changed)
def changed(*, conversations: Sequence[Conversation], **_: Any) -> list[Draft]:
    """The contact of these is known better, or otherwise. What was reached before stays, and isn't asked for again."""
    rows = Outcome.objects.for_tenant(conversations[0].tenant_id).filter(type=EventType.CONTACT_CAPTURED)
    known = set(rows.filter(conversation__in=conversations).values_list("conversation", flat=True))
    drafts = [draft for one in conversations if one.pk not in known for draft in _reachable(one)]
    return drafts + qualifying.look_again(conversations)


def _reachable(conversation: Conversation) -> list[Draft]:
    """Record that the team can reach the visitor, where it can."""
    contact = conversation.contact
    if contact is None or not (contact.email or contact.phone):
        return []
    known = {"has_email": bool(contact.email), "has_phone": bool(contact.phone), "has_name": bool(contact.name)}
    return record_outcome(conversation, EventType.CONTACT_CAPTURED, Source.SYSTEM, known)


@receiver(handoff_requested)
def handed_off(*, conversation: Conversation, reason: str, **_: Any) -> list[Draft]:
    """People are asked for."""
    facts = {"reason": REASONS.get(Conversation.Attention(reason), "handed_over")}
    return record_outcome(conversation, EventType.HANDOFF_REQUESTED, Source.SYSTEM, facts)


@receiver(conversation_closed)
def closed(*, conversation: Conversation, **_: Any) -> list[Draft]:
    """It has come to its end."""
    said = conversation.messages.for_visitor().exclude(author=Message.Author.SYSTEM).count()
    assert conversation.closed_at is not None
    seconds = max(0, int((conversation.closed_at - conversation.started_at).total_seconds()))
    facts = {"duration_seconds": seconds, "messages": said}
    return record_outcome(conversation, EventType.CONVERSATION_RESOLVED, Source.SYSTEM, facts)


@receiver(conversation_rated)
def rated(*, conversation: Conversation, rating: Rating, **_: Any) -> list[Draft]:
    """The visitor has said how it was; what they wrote beside the score is told to nobody but the team."""
    return record_outcome(conversation, EventType.CONVERSATION_RATED, Source.SYSTEM, {"score": rating.score})


@receiver(outcome_reported)
def reported(*, conversation: Conversation, event_type: str, source: str, **_: Any) -> list[Draft]:
    """An assistant, a person or another program says so."""
    if event_type == EventType.LEAD_QUALIFIED:
        return qualifying.qualify(conversation, source, {})
    return record_outcome(conversation, event_type, source)


@receiver(facts_collected)
def learned(*, conversation: Conversation, values: dict[str, Any], source: str, **_: Any) -> list[Draft]:
    """Something is known of the visitor."""
    return qualifying.learn(conversation, values, source)
