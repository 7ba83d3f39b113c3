"""The detail of an outcome (contract §6), made once for the page's event and the webhook alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.crypto import salted_hmac

from conversations.models import Conversation
from conversations.payloads import iso
from tracking import mappings, schema
from tracking.models import Outcome, OutcomeMapping

SCOPE = "chat_widget_tracking"
DISPATCH_VERSION = 1


def build_detail(
    outcome: Outcome, conversation: Conversation, mapping: OutcomeMapping, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """What is told of this outcome; of the `facts`, what its schema allows and the mapping asks for."""
    return {
        "scope": SCOPE,
        "event_id": str(outcome.pk),
        "event_type": outcome.type,
        "occurred_at": iso(outcome.occurred_at),
        "conversation_id": str(conversation.pk),
        "session_id": session_name(conversation),
        "trigger_source": outcome.source,
        "data": _data(mapping, facts),
        "dispatch_version": DISPATCH_VERSION,
    }


def session_name(conversation: Conversation) -> str:
    """A name for the visitor's session: the session's own id is a secret that opens their transcript."""
    named = f"{conversation.tenant_id}:{conversation.session}"
    return salted_hmac("tracking.session", named, algorithm="sha256").hexdigest()[:32]


def _data(mapping: OutcomeMapping, facts: Mapping[str, Any]) -> dict[str, Any]:
    data = {}
    for name in mappings.told_fields(mapping):
        if name in facts and schema.is_allowed(mapping.event_type, name, facts[name]):
            data[name] = facts[name]
    if mapping.conversion_value is not None and mapping.currency:
        data |= {"conversion_value": float(mapping.conversion_value), "currency": mapping.currency}
    return data
