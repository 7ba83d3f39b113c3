"""What a row of the inbox says: where it stands, who has the conversation, who said the last words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import formats, timezone

from conversations.models import Conversation, Message
from tenants.models import User

# Why nobody answers although no person has taken over.
UNANSWERED = (
    Conversation.Attention.NO_ASSISTANT,
    Conversation.Attention.PEOPLE_ONLY,
    Conversation.Attention.ASKED_FOR_PERSON,
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the conversation: `kind` draws the glyph (machine, person, nobody), `words` say it."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list."""

    conversation: Conversation
    name: str
    known_name: str
    holder: Holder
    said_by: str
    group: str
    group_label: str
    order: int  # larger is higher within its group


def row_of(conversation: Conversation, viewer: User) -> Row:
    """The row of a conversation that was loaded `for_inbox` and `with_last_author`."""
    author: dict[str, Any] = getattr(conversation, "last_author", None) or {}
    by_assistant = conversation.preview_author == Message.Author.ASSISTANT
    group, label, moment = _place(conversation)
    return Row(
        conversation=conversation,
        name=name_of(conversation),
        known_name=known_name_of(conversation),
        holder=holder_of(conversation, viewer, assistant=author.get("name", "") if by_assistant else ""),
        said_by=_said_by(conversation.preview_author, author, viewer),
        group=group,
        group_label=label,
        order=int(moment.timestamp() * 1000),
    )


def name_of(conversation: Conversation) -> str:
    """What to call the visitor; those who said no name are told apart by the end of the conversation's id."""
    return known_name_of(conversation) or f"Visitor {conversation.pk.hex[-4:]}"


def known_name_of(conversation: Conversation) -> str:
    """The name or address that the visitor said, if they said one; avatars are drawn from it."""
    contact = conversation.contact
    return contact.name or contact.email if contact else ""


def holder_of(conversation: Conversation, viewer: User, *, assistant: str = "") -> Holder:
    """Who has the conversation now; needs `assigned_to` loaded."""
    person = conversation.assigned_to
    if conversation.ai_paused and person is not None:
        return Holder("person", "You answer" if person == viewer else f"{person.get_full_name()} answers")
    if conversation.ai_paused or conversation.attention in UNANSWERED:
        return Holder("nobody", "Waits for a person")
    return Holder("machine", f"{assistant or 'The assistant'} answers")


def _said_by(kind: str, author: dict[str, Any], viewer: User) -> str:
    name: str = author.get("name", "")
    if kind == Message.Author.AGENT:
        return "You" if author.get("user") == str(viewer.pk) else name.partition(" ")[0]
    return name if kind == Message.Author.ASSISTANT else ""


def _place(conversation: Conversation) -> tuple[str, str, datetime]:
    if conversation.needs_attention and conversation.attention_at:
        return "attention", "Needs attention", conversation.attention_at
    moment = conversation.last_message_at
    day = timezone.localdate(moment)
    return day.isoformat(), say_day_group(day, timezone.localdate()), moment


def say_day_group(day: date, today: date) -> str:
    """“Today”, “Yesterday”, “Monday”, “3 April”."""
    away = today - day
    if away <= timedelta(0):
        return "Today"
    if away == timedelta(1):
        return "Yesterday"
    if away < timedelta(7):
        return formats.date_format(day, "l")
    return formats.date_format(day, "j F" if day.year == today.year else "j F Y")
