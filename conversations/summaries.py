"""Summaries of conversations: when one is due, who makes it, and the one that needs no model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from conversations import log
from conversations.models import Conversation, Message, Summary
from conversations.models.message import MessageQuerySet
from tenants.ownership import new_id

PATIENCE: Final = timedelta(minutes=2)
"""How long one that was asked for is waited for; then its maker is taken to be gone."""

LINES_MOST: Final = 60
NEWS: Final = 4
"""Messages that a conversation must have for a summary, and that must be new for another one by itself."""

QUOTE_CHARS: Final = 240


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation's summary as its page shows it; `is_due` when one should be made without being asked for."""

    summary: Summary | None
    is_being_made: bool
    is_stale: bool
    is_due: bool

    @property
    def text(self) -> str:
        """What is shown; empty when there is nothing yet."""
        return self.summary.text if self.summary else ""

    @property
    def cost(self) -> str:
        """What it cost, in words."""
        dollars = self.summary.cost_micros / 1_000_000 if self.summary else 0.0
        return "" if not dollars else "under $0.0001" if dollars < 0.0001 else f"${dollars:.4f}"


def standing(conversation: Conversation) -> Standing:
    """What there is, as the conversation was loaded; people who take over get one by themselves."""
    summary: Summary | None = getattr(conversation, "summary", None)
    asked = summary.asked_at if summary else None
    being_made = asked is not None and asked > timezone.now() - PATIENCE
    stale = summary is None or summary.covers is None or summary.covers < conversation.last_message_at
    waits = conversation.is_open and (conversation.ai_paused or conversation.needs_attention)
    return Standing(summary, being_made, stale, is_due=waits and stale and not being_made)


def has_news(conversation: Conversation, summary: Summary | None) -> bool:
    """Whether enough was said, since the last one if there is one, for a summary nobody has asked for."""
    said = _spoken(conversation)
    if summary and summary.covers:
        said = said.filter(created_at__gt=summary.covers)
    return said[:NEWS].count() >= NEWS


_CLAIM = """
    INSERT INTO conversations_summary AS s (id, tenant_id, conversation_id, text, model, cost_micros, asked_at)
    VALUES (%s, %s, %s, '', '', 0, now())
    ON CONFLICT (conversation_id) DO UPDATE SET asked_at = now() WHERE s.asked_at IS NULL OR s.asked_at < %s
"""


def claim(conversation: Conversation) -> bool:
    """Be the one who makes the next summary; False when somebody else is at it."""
    values: list[Any] = [new_id(), conversation.tenant_id, conversation.pk, timezone.now() - PATIENCE]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        return bool(cursor.rowcount)


@transaction.atomic
def keep(conversation: Conversation, text: str, *, model: str = "", micros: int = 0) -> None:
    """Store a summary of the conversation as it was read, and have the pages that show it draw it."""
    rows = Summary.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation)
    rows.update(
        text=text,
        model=model,
        cost_micros=micros,
        covers=conversation.last_message_at,
        made_at=timezone.now(),
        asked_at=None,
    )
    now = Conversation.objects.for_tenant(conversation.tenant_id).for_inbox().get(pk=conversation.pk)
    log.append(conversation.tenant_id, [log.conversation_event("conversation:updated", now)])


def lines(conversation: Conversation) -> list[Message]:
    """What was said, as far as the visitor sees it, oldest first; of a long talk the end."""
    return list(_spoken(conversation).order_by("-created_at", "-id")[:LINES_MOST])[::-1]


def _spoken(conversation: Conversation) -> MessageQuerySet:
    said = Message.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation).for_visitor()
    return said.exclude(author=Message.Author.SYSTEM)


def extract(said: list[Message]) -> str:
    """The conversation's own words that say most: what the visitor began with, what they said last, who answered."""
    theirs = [message for message in said if message.author == Message.Author.VISITOR and len(message.body.split()) > 1]
    theirs = theirs or [message for message in said if message.author == Message.Author.VISITOR]
    answers = [message for message in said if message.author != Message.Author.VISITOR]
    found = [("Began with", theirs[0])] if theirs else []
    found += [("Said last", theirs[-1])] if len(theirs) > 1 else []
    found += [(f"{answers[-1].author_name or 'We'} answered", answers[-1])] if answers else []
    return "\n".join(f"{label}: “{_cut(message.body)}”" for label, message in found)


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= QUOTE_CHARS else words[:QUOTE_CHARS].rsplit(" ", 1)[0] + "…"
