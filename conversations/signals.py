"""What is announced about conversations: each name is sent by exactly one verb, inside its transaction.

A receiver writes rows; it does no I/O. What the event log is to be told of it, it returns as drafts: the log is
appended to by the sender alone, as the last statement of the transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

from conversations.models import Conversation

if TYPE_CHECKING:
    from conversations.log import Draft

reply_judged = Signal()
"""Safety rules fired in a turn, or a reply was kept back: `received`, `reply`, `withheld` (the message that the visitor
doesn't see, or None). Sent inside the transaction that settles the turn."""

conversation_started = Signal()
"""A visitor's first message was taken in: `conversation`."""

contact_captured = Signal()
"""Who the visitor is became known, or better known: `conversation`, with its `contact`."""

handoff_requested = Signal()
"""The visitor was handed to people, or asked for a person: `conversation`, `reason` (a word of `Attention`)."""

conversation_closed = Signal()
"""The conversation was closed: `conversation`, `by` (a place, or None for the system)."""

conversation_rated = Signal()
"""The visitor has said how it was: `conversation`, `rating`."""

outcome_reported = Signal()
"""Somebody says that an outcome was reached: `conversation`, `event_type`, `source` (`assistant`, `agent`, `api`)."""

contact_changed = Signal()
"""Who a contact is was changed elsewhere than in these open conversations of theirs: by a person, by merging it with
another, or in another conversation: `conversations`, each with its `contact`."""

facts_collected = Signal()
"""Something was learned about the visitor: `conversation`, `values` (by field key), `source`."""


def announce(announcement: Signal, *, conversation: Conversation, **facts: Any) -> list[Draft]:
    """Send it; what its receivers have for the log, for the sender to append with its own."""
    return tell(announcement, conversation=conversation, **facts)


def tell(announcement: Signal, **facts: Any) -> list[Draft]:
    """The same of what concerns more than one conversation."""
    answers: Any = announcement.send(sender=Conversation, **facts)
    return [draft for _, drafts in answers for draft in drafts or ()]
