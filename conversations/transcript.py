"""A conversation as it is read: lines grouped by who speaks, parted by days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.models.message import MessageQuerySet
from conversations.rows import known_name_of, say_day_group
from tenants.models import User

WINDOW = 50  # messages shown at once; earlier ones come when asked for
PAUSE = timedelta(minutes=10)  # after so long the same author's name and time are shown again


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the transcript shows it. `day` is set where a new day begins; `follows` continues its author."""

    message: Message
    kind: str  # visitor, machine, person, held or system
    name: str
    avatar: str
    day: date | None
    day_label: str
    follows: bool
    why: str = ""  # a reply that was kept back says why


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of a transcript, oldest first."""

    lines: list[Line]
    has_earlier: bool

    @property
    def assistant(self) -> str:
        """The name of the assistant that spoke last, if one did."""
        said = (line.message for line in reversed(self.lines))
        return next((m.author_name for m in said if m.author == Message.Author.ASSISTANT and m.author_name), "")


def latest(conversation: Conversation, viewer: User, *, before: Message | None = None) -> Window:
    """The last messages of a conversation, or the last ones before a message."""
    said = _messages(conversation)
    if before:
        said = said.filter(Q(created_at__lt=before.created_at) | Q(created_at=before.created_at, id__lt=before.pk))
    newest_first = list(said.order_by("-created_at", "-id")[: WINDOW + 1])
    shown = newest_first[:WINDOW][::-1]
    return Window(_lines(conversation, shown, viewer, None), has_earlier=len(newest_first) > WINDOW)


def following(conversation: Conversation, viewer: User, message: Message) -> Window:
    """The messages after this one."""
    said = _messages(conversation).filter(
        Q(created_at__gt=message.created_at) | Q(created_at=message.created_at, id__gt=message.pk)
    )
    return Window(_lines(conversation, said.order_by("created_at", "id")[:WINDOW], viewer, message), has_earlier=False)


def last_assistant(conversation: Conversation) -> str:
    """The name of the assistant that spoke last; empty when none has."""
    said = _messages(conversation).filter(author=Message.Author.ASSISTANT).exclude(author_name="")
    return said.order_by("-created_at", "-id").values_list("author_name", flat=True).first() or ""


def _messages(conversation: Conversation) -> MessageQuerySet:
    return Message.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation)


def _lines(
    conversation: Conversation, messages: Iterable[Message], viewer: User, previous: Message | None
) -> list[Line]:
    lines = []
    today = timezone.localdate()
    for message in messages:
        day = timezone.localdate(message.created_at)
        new_day = previous is None or timezone.localdate(previous.created_at) != day
        name, avatar = _names(conversation, message, viewer)
        line = Line(
            message=message,
            kind=_kind(message),
            name=name,
            avatar=avatar,
            day=day if new_day else None,
            day_label=say_day_group(day, today),
            follows=not new_day and previous is not None and _goes_on(previous, message),
            why=WHY.get(message.state, ""),
        )
        lines.append(line)
        previous = message
    return lines


WHY: dict[str, str] = {
    Message.State.HELD: "Held for review",
    Message.State.BLOCKED: "Blocked by the safety rules",
    Message.State.DISCARDED: "Discarded",
}


def _goes_on(previous: Message, message: Message) -> bool:
    same = (previous.author, previous.author_user_id, previous.author_name, previous.state) == (
        message.author,
        message.author_user_id,
        message.author_name,
        message.state,
    )
    return same and message.author != Message.Author.SYSTEM and message.created_at - previous.created_at < PAUSE


def _kind(message: Message) -> str:
    if message.state != Message.State.SENT:
        return "held"
    kinds = {Message.Author.VISITOR: "visitor", Message.Author.ASSISTANT: "machine", Message.Author.AGENT: "person"}
    return kinds.get(Message.Author(message.author), "system")


def _names(conversation: Conversation, message: Message, viewer: User) -> tuple[str, str]:
    """What the line calls its author, and the name that the avatar is drawn from."""
    if message.author == Message.Author.VISITOR:
        name = known_name_of(conversation) or message.author_name
        return name or "Visitor", name
    if message.author == Message.Author.AGENT:
        own = message.author_user_id == viewer.pk
        return ("You" if own else message.author_name), message.author_name
    return message.author_name or "Assistant", message.author_name
