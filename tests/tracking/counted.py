"""Conversations to count, as they happen and as somebody would count them who reads every one of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median_low
from typing import Any

from conversations import log
from conversations.models import Conversation, Message, Rating
from tenants.models import Tenant
from tests import factories
from tests.world import Company
from tracking.analytics.periods import Period
from tracking.analytics.report import Report, Stretch
from tracking.models import EventType, Outcome

A = Message.Author
SOON = timedelta(seconds=2)
HANDED = EventType.HANDOFF_REQUESTED.value


def begin(tenant: Tenant, at: datetime, **fields: Any) -> Conversation:
    """A conversation that began then, and that the log tells of, as the product's own."""
    conversation = factories.make_conversation(tenant, started_at=at, last_message_at=at, **fields)
    return told(conversation, "conversation:new")


def told(conversation: Conversation, type_: str = log.UPDATED) -> Conversation:
    """Have the log tell that something of it has changed."""
    log.append(conversation.tenant_id, [log.conversation_event(type_, conversation)])
    return conversation


def say(conversation: Conversation, author: str, after: timedelta, **fields: Any) -> Message:
    """Somebody says something so long after the beginning."""
    said = factories.make_message(
        conversation, "Words", author=author, created_at=conversation.started_at + after, **fields
    )
    told(conversation)
    return said


def answer(conversation: Conversation, assistant: Any, after: timedelta = SOON, **fields: Any) -> Message:
    """An assistant's reply."""
    cost = fields.pop("cost", 0.001)
    metadata = {"assistant_id": str(assistant.pk), "cost_usd": cost}
    return say(conversation, A.ASSISTANT, after, author_name=assistant.name, metadata=metadata, **fields)


def reply(conversation: Conversation, who: Any, after: timedelta) -> Message:
    """A person's."""
    return say(conversation, A.AGENT, after, author_user=who.user, author_name=who.user.get_full_name())


def rate(conversation: Conversation, score: int) -> None:
    Rating.objects.update_or_create(tenant=conversation.tenant, conversation=conversation, defaults={"score": score})
    told(conversation)


def come_to(
    conversation: Conversation, kind: str, after: timedelta = SOON, value: float | None = None, currency: str = ""
) -> None:
    """It comes to an outcome, once."""
    data = {} if value is None else {"conversion_value": value, "currency": currency}
    values = {"source": "system", "emit_browser": True, "detail": {"data": data}}
    values |= {"tenant": conversation.tenant, "occurred_at": conversation.started_at + after}
    Outcome.objects.get_or_create(conversation=conversation, type=kind, defaults=values)
    told(conversation)


def something_happens(dice: random.Random, company: Company, moments: Iterable[datetime]) -> None:
    """One thing that changes what is counted."""
    rows = list(Conversation.objects.for_tenant(company.tenant).order_by("pk"))
    act = dice.choice(["begin", "begin", "answer", "answer", "reply", "hold", "qualify", "rate", "come_to", "say"])
    if act == "begin" or not rows:
        begin(company.tenant, dice.choice(list(moments)) + timedelta(seconds=dice.randrange(900)))
        return
    one, after = dice.choice(rows), timedelta(seconds=dice.choice([0, 1, 7, 61, 3_000, 90_000, 900_000]))
    if act == "answer":
        answer(one, company.assistant, after, cost=dice.choice([0.001, 0.000_002, 1.5]))
    elif act == "reply":
        reply(one, dice.choice([company.agent, company.owner]), after)
    elif act == "hold":
        answer(one, company.assistant, after, state=Message.State.HELD)
    elif act == "qualify":
        Conversation.objects.filter(pk=one.pk).update(qualified=not one.qualified)
        told(one)
    elif act == "rate":
        rate(one, dice.randint(1, 5))
    elif act == "say":
        say(one, A.VISITOR, after)
    else:
        value, currency = dice.choice([(None, ""), (12.34, "EUR"), (0.1, "EUR"), (99.0, "USD")])
        come_to(one, dice.choice(EventType.values), after, value, currency)


# --- Counted by hand --------------------------------------------------------------------------------------------------
class ByHand:
    """What one conversation is, read message by message."""

    def __init__(self, conversation: Conversation) -> None:
        self.row = conversation
        said = sorted(conversation.messages.all(), key=lambda one: (one.created_at, one.pk))
        sent = [one for one in said if one.state == Message.State.SENT]
        self.assistant = next((one for one in sent if one.author == A.ASSISTANT), None)
        self.person = next((one for one in sent if one.author == A.AGENT), None)
        self.last = next((one for one in reversed(sent) if one.author in (A.ASSISTANT, A.AGENT)), None)
        costs = [Decimal(str(one.metadata.get("cost_usd", 0))) for one in said if one.author == A.ASSISTANT]
        self.cost = int(sum(costs, Decimal(0)) * 1_000_000)
        self.outcomes = list(Outcome.objects.filter(conversation=conversation))
        self.score = getattr(Rating.objects.filter(conversation=conversation).first(), "score", None)
        self.said = said

    @property
    def who(self) -> tuple[str, str]:
        if self.last is None:
            return ("", "")
        return (self.last.author, str(self.last.author_user_id or self.last.metadata["assistant_id"]))

    @property
    def assistant_wait(self) -> int | None:
        return self.assistant and self._since(self.assistant.created_at, self.row.started_at)

    @property
    def person_wait(self) -> int | None:
        if self.person is None:
            return None
        at = self.person.created_at
        asked = [one.occurred_at for one in self.outcomes if one.type == HANDED and one.occurred_at <= at]
        return self._since(at, asked[0] if asked else self._visitor_before(at))

    def _visitor_before(self, at: datetime) -> datetime:
        earlier = [one for one in self.said if one.created_at < at]
        visitors = [one.created_at for one in earlier if one.author == A.VISITOR]
        replies = [one.created_at for one in earlier if one.author == A.ASSISTANT and one.state == "sent"]
        unanswered = [moment for moment in visitors if not replies or moment > max(replies)]
        return min(unanswered, default=max(visitors, default=self.row.started_at))

    @staticmethod
    def _since(at: datetime, start: datetime) -> int:
        return max(0, int((at - start).total_seconds()))


def by_hand(tenant: Tenant, period: Period, start: datetime, end: datetime | None = None) -> dict[str, Any]:
    """What a stretch comes to; `until` a moment or for good."""
    rows = [ByHand(row) for row in Conversation.objects.for_tenant(tenant).prefetch_related("messages")]
    rows = [one for one in rows if start <= one.row.started_at and (end is None or one.row.started_at < end)]
    local = [one.row.started_at.astimezone(period.zone) for one in rows]
    people = [one.person_wait for one in rows if one.person]
    worth: Counter[tuple[str, str]] = Counter()
    for outcome in (outcome for one in rows for outcome in one.outcomes):
        data = outcome.detail["data"]
        if data.get("conversion_value"):
            worth[outcome.type, data["currency"]] += round(data["conversion_value"] * 100)
    return {
        "conversations": len(rows),
        "qualified": sum(one.row.qualified for one in rows),
        "alone": sum(bool(one.assistant and not one.person) for one in rows),
        "by_person": sum(bool(one.person) for one in rows),
        "scores": sum(one.score or 0 for one in rows),
        "rated": sum(one.score is not None for one in rows),
        "cost_micros": sum(one.cost for one in rows),
        "days": dict(Counter(at.date() for at in local)),
        "hours": [sum(at.hour == hour for at in local) for hour in range(24)],
        "who": dict(Counter(one.who for one in rows)),
        "person_reply": median_low(people) if people else None,
        "outcomes": dict(Counter(outcome.type for one in rows for outcome in one.outcomes)),
        "worth": dict(worth),
    }


def as_counted(stretch: Stretch) -> dict[str, Any]:
    """The same of what the product has counted, as far as both stretches of a report have it."""
    whole = stretch.whole
    names = ("conversations", "qualified", "alone", "by_person", "scores", "rated", "cost_micros")
    return {name: getattr(whole, name) for name in names}


def all_counted(report: Report) -> dict[str, Any]:
    """All that a report says of its current stretch."""
    return as_counted(report.current) | {
        "days": {day: one.conversations for day, one in report.current.days if one.conversations},
        "hours": report.current.hours,
        "who": {(one.kind, one.who): one.figures.conversations for one in report.writers},
        "person_reply": report.current.person_reply,
        "outcomes": {one.event_type: one.conversations for one in report.outcomes if one.conversations},
        "worth": {(one.event_type, w.currency): round(w.amount * 100) for one in report.outcomes for w in one.worth},
    }
