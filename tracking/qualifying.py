"""What is known of a visitor is kept, judged whenever it changes, and acted upon when it suffices."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from conversations import facts, log
from conversations.contacts import mark_lead
from conversations.log import Draft
from conversations.models import Conversation
from tenants import audit
from tenants.models import Tenant, Verb
from tenants.ownership import new_id
from tracking.models import Answers, EventType, Qualification, Source
from tracking.outcomes import record_outcome
from tracking.qualification import definition, values
from tracking.qualification.definition import CONTACT, Field, Invalid
from tracking.qualification.verdict import Verdict, judge

MAX_VALUE = 500  # characters of a text
MOST = 10**15  # a larger number is nobody's budget, and no longer exact where it arrives

# What a person wrote down outlasts what a model makes of the conversation later; what is emptied, nobody has said.
_KEEP = """
    INSERT INTO tracking_answers AS kept (id, tenant_id, conversation_id, values, sources)
    VALUES (%(id)s, %(tenant)s, %(conversation)s, %(said)s, %(said_by)s)
    ON CONFLICT (conversation_id) DO UPDATE SET
        values = (kept.values - %(emptied)s::text[]) || (EXCLUDED.values - {outlasts}),
        sources = (kept.sources - %(emptied)s::text[]) || (EXCLUDED.sources - {outlasts})
    RETURNING values
"""
_BY_OTHERS = "ARRAY(SELECT key FROM jsonb_each_text(kept.sources) WHERE value <> 'assistant')"


def asked_by(tenant_id: uuid.UUID) -> Qualification:
    """What the tenant asks of visitors; nothing where it has not said."""
    return Qualification.objects.for_tenant(tenant_id).first() or Qualification(tenant_id=tenant_id)


def own_fields(asked: Qualification) -> list[Field]:
    """The fields that people and assistants may answer; the contact answers its own."""
    return [field for field in definition.from_json(asked.fields) if field.key not in CONTACT]


def asked_of_visitors(tenants: Collection[uuid.UUID]) -> dict[uuid.UUID, list[facts.Field]]:
    """What these tenants' assistants are to find out, required fields first."""
    asked = Qualification.objects.filter(tenant_id__in=tenants)
    return {one.tenant_id: _for_assistants(own_fields(one)) for one in asked}


def _for_assistants(fields: list[Field]) -> list[facts.Field]:
    in_order = sorted(fields, key=lambda field: not field.required)
    return [facts.Field(field.key, field.label, field.type, field.choices) for field in in_order]


class ChangedMeanwhile(Exception):
    """Somebody else has stored another qualification since."""


@transaction.atomic
def define(
    tenant_id: uuid.UUID, fields: Any, criteria: Any, *, instead_of: Qualification | None = None
) -> Qualification:
    """Ask this from now on. Raises Invalid, with the path of what is wrong.

    With `instead_of` only in the place of that; else ChangedMeanwhile. Two who save at once come one after the other.
    """
    if not _is_storable([fields, criteria]):
        raise Invalid({"fields": ["A text holds a character that can't be kept."]})
    read = definition.read_fields(fields)
    definition.check_criteria(criteria, read)
    values = {"fields": definition.as_json(read), "criteria": criteria or None}
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
    before = asked_by(tenant_id)
    if instead_of is not None and shown(before) != shown(instead_of):
        raise ChangedMeanwhile
    asked = Qualification.objects.update_or_create(tenant_id=tenant_id, defaults=values)[0]
    seen = audit.changes(shown(before), shown(asked))
    audit.record_changes(Verb.QUALIFICATION_CHANGED, tenant=tenant_id, name="qualification", changes=seen)
    return asked


def _is_storable(data: Any) -> bool:
    try:
        return b"\\u0000" not in orjson.dumps(data)
    except (TypeError, orjson.JSONEncodeError):
        return False


def shown(asked: Qualification) -> dict[str, Any]:
    """As the API shows it."""
    return {"fields": asked.fields, "criteria": asked.criteria}


def try_values(asked: Qualification, known: dict[str, Any]) -> Verdict:
    """What would be said of a visitor of whom this is known."""
    return judge(definition.from_json(asked.fields), asked.criteria, known)


def learn(conversation: Conversation, learned: dict[str, Any], source: str) -> list[Draft]:
    """Keep values of the tenant's fields, pass over everything else, and judge anew. In the caller's transaction.

    None empties an answer; only people do that. What is no value of its field takes none away.
    """
    asked = Qualification.objects.for_tenant(conversation.tenant_id).first()
    fields = definition.from_json(asked.fields) if asked else []
    kept = {field.key: clean(field, learned[field.key]) for field in fields if field.key in learned}
    emptied = [key for key in kept if learned[key] is None and source != Source.ASSISTANT]
    said = {key: value for key, value in kept.items() if value is not None}
    if asked is None or not (said or emptied):
        return []
    return _judge(conversation, asked, fields, _keep(conversation, said, emptied, source))


def look_again(conversations: Sequence[Conversation]) -> list[Draft]:
    """Judge some of a tenant's conversations anew, for their contact has changed."""
    waiting = [conversation for conversation in conversations if not conversation.qualified]
    asked = Qualification.objects.for_tenant(waiting[0].tenant_id).first() if waiting else None
    if asked is None:
        return []
    fields = definition.from_json(asked.fields)
    rows = Answers.objects.for_tenant(asked.tenant_id).filter(conversation__in=waiting)
    known = dict(rows.values_list("conversation", "values"))
    drafts = (_judge(one, asked, fields, known.get(one.pk, {})) for one in waiting)
    return [draft for some in drafts for draft in some]


def answers_of(conversation: Conversation) -> dict[str, Any]:
    """What is known of the visitor, less what the contact says."""
    known: dict[str, Any] = answered(conversation).values
    return known


def answered(conversation: Conversation) -> Answers:
    """The same with who said it; nothing where nothing is known."""
    found = Answers.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation)
    return found.first() or Answers(tenant_id=conversation.tenant_id, conversation=conversation)


def clean(field: Field, value: Any) -> Any:
    """The value as it is kept: a choice in the words of its field, None for what is no value of its type."""
    read = values.read(field.type, value)
    if read is None or (field.type == "choice" and not definition.is_choice(field, value)):
        return None
    if field.type == "choice":
        return next(choice for choice in field.choices if values.text(choice) == read)
    if field.type == "text":
        storable = str(value).replace("\0", "").encode(errors="ignore").decode()
        return " ".join(storable.split())[:MAX_VALUE]
    if field.type == "number":
        return _plain_number(read)
    return read.isoformat() if field.type == "date" else read


def _plain_number(read: Decimal) -> int | float | None:
    if abs(read) >= MOST:
        return None
    return int(read) if read == read.to_integral_value() else float(read)


def qualify(conversation: Conversation, source: str, answers: dict[str, Any] | None = None) -> list[Draft]:
    """They are a lead: say so to the team, the page and the webhooks. Once, whoever says so first."""
    rows = Conversation.objects.for_tenant(conversation.tenant_id).filter(pk=conversation.pk, qualified=False)
    is_news = bool(rows.update(qualified=True))
    conversation.qualified = True
    if is_news:
        mark_lead(conversation)
    told = record_outcome(conversation, EventType.LEAD_QUALIFIED, source, {"answers": answers or {}})
    if not is_news:
        return told
    riding = tuple(beside for draft in told for beside in draft.for_visitor)
    return [replace(log.conversation_event("conversation:qualified", conversation), for_visitor=riding)]


def _keep(conversation: Conversation, said: dict[str, Any], emptied: list[str], source: str) -> dict[str, Any]:
    """Store it, and who said so; what is known then."""
    row: dict[str, Any] = {
        "id": new_id(),
        "tenant": conversation.tenant_id,
        "conversation": conversation.pk,
        "said": Jsonb(said),
        "said_by": Jsonb(dict.fromkeys(said, source)),
        "emptied": emptied,
    }
    outlasts = _BY_OTHERS if source == Source.ASSISTANT else "'{}'::text[]"
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(outlasts=outlasts), row)
        known: dict[str, Any] = orjson.loads(cursor.fetchone()[0])
    return known


def _judge(
    conversation: Conversation, asked: Qualification, fields: list[Field], answers: dict[str, Any]
) -> list[Draft]:
    contact = conversation.contact
    said = {key: getattr(contact, key) for key in CONTACT} if contact else {}
    if conversation.qualified or not judge(fields, asked.criteria, answers | said).qualified:
        return []
    told = {field.key: answers[field.key] for field in fields if field.type in _TOLD and field.key in answers}
    return qualify(conversation, "rule", told)


_TOLD = ("choice", "yes_no", "number")  # texts and dates never leave
