"""Two months of a company's conversations: what Analytics looks like when there is something to see."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from conversations.models import Conversation, Message, Rating
from tenants.models import Role
from tests import factories
from tests.browser.furniture import LONG_NAME
from tests.world import Company
from tracking.models import EventType, Outcome

A = Message.Author
DAYS = 75


def talk_for_months(company: Company) -> None:
    """More by day than by night, more on weekdays, and more of late."""
    dice, now = random.Random(16), timezone.now()
    people = [company.agent, company.manager, factories.make_member(company.tenant, Role.AGENT, name=LONG_NAME)]
    night = factories.make_assistant(company.tenant, "Night watch", is_default=False, is_default_chat=False)
    for ago in range(DAYS):
        for _ in range(dice.randint(1, 4) + 3 * (ago % 7 not in (2, 3)) + 4 * (ago < 8)):
            hour = min(23, max(0, round(dice.gauss(14, 4))))
            at = now.replace(hour=hour, minute=dice.randrange(60)) - timedelta(days=ago)
            if at < now:
                _one(dice, company, at, dice.choice(people), night if hour > 18 else company.assistant)


def _one(dice, company, at, person, assistant) -> None:
    conversation = Conversation.objects.create(
        tenant=company.tenant, session=f"month{dice.random()}", started_at=at, last_message_at=at,
        status="closed", qualified=dice.random() < 0.22,
    )  # fmt: skip
    said = [Message(author=A.VISITOR, created_at=at)]
    if dice.random() < 0.94:
        paid = {"assistant_id": str(assistant.pk), "cost_usd": dice.choice([0.004, 0.011])}
        said.append(
            Message(author=A.ASSISTANT, author_name=assistant.name, metadata=paid, created_at=at + timedelta(seconds=2))
        )
    if dice.random() < 0.25:
        after = timedelta(seconds=dice.choice([40, 150, 200, 220, 260, 900, 4000]))
        said.append(
            Message(
                author=A.AGENT, author_user=person.user, author_name=person.user.get_full_name(), created_at=at + after
            )
        )
    for message in said:
        message.tenant, message.conversation, message.body = company.tenant, conversation, "Words"
    Message.objects.bulk_create(said)
    if dice.random() < 0.3:
        Rating.objects.create(tenant=company.tenant, conversation=conversation, score=dice.choice([3, 4, 5, 5]))
    kinds = [EventType.CONVERSATION_STARTED, *([EventType.LEAD_QUALIFIED] if conversation.qualified else [])]
    for kind in [*kinds, *dice.choices([EventType.QUOTE_REQUESTED, EventType.HANDOFF_REQUESTED], k=1)]:
        data = {"conversion_value": 80, "currency": "EUR"} if kind == EventType.LEAD_QUALIFIED else {}
        Outcome.objects.create(
            tenant=company.tenant, conversation=conversation, type=kind, source="system", occurred_at=at,
            detail={"data": data}, emit_browser=True,
        )  # fmt: skip
