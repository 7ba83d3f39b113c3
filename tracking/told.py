"""What conversations led to and what was learned of a contact, as the pages about contacts show it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from conversations.led_to import Known, Reached
from tracking.answer_forms import BY_ASSISTANT, BY_PEOPLE, in_words
from tracking.models import Answers, EventType, Outcome, Source
from tracking.qualifying import asked_by, own_fields

LATEST = 50  # conversations with answers that are looked into


def outcomes_of(tenant_id: uuid.UUID, conversations: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Reached]]:
    """The outcomes of each, in the order in which they were reached; one query. That it began is said by its being."""
    found: dict[uuid.UUID, list[Reached]] = {}
    rows = Outcome.objects.for_tenant(tenant_id).exclude(type=EventType.CONVERSATION_STARTED).in_order()
    rows = rows.filter(conversation__in=conversations)
    for pk, kind in rows.values_list("conversation", "type"):
        found.setdefault(pk, []).append(Reached(EventType(kind).label, kind == EventType.LEAD_QUALIFIED))
    return found


def answers_of(tenant_id: uuid.UUID, contact_id: uuid.UUID) -> list[Known]:
    """The newest answer to each question that is asked today; two queries."""
    fields = own_fields(asked_by(tenant_id))
    if not fields:
        return []
    rows = Answers.objects.for_tenant(tenant_id).filter(conversation__contact=contact_id)
    newest = list(rows.order_by("-conversation")[:LATEST])
    return [known for field in fields if (known := _newest(newest, field.key, field.label))]


def _newest(newest: list[Answers], key: str, label: str) -> Known | None:
    for answers in newest:
        if answers.values.get(key) is not None:
            said_by = BY_ASSISTANT if answers.sources.get(key) == Source.ASSISTANT else BY_PEOPLE
            return Known(label, in_words(answers.values[key]), said_by, answers.conversation_id)
    return None
