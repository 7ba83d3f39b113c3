"""The detail of an outcome (contract §6), made once for the page's event and the webhook alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.crypto import salted_hmac

from conversations.models import Conversation
from conversations.payloads import iso
from tracking import mappings, schema
from tracking.models import Outcome, OutcomeMapping
from tracking.redaction import redact

SCOPE = "chat_widget_tracking"
DISPATCH_VERSION = 1
MAX_PATH = 120  # of the schema's 200: what is taken out may be shorter than the word that says so


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
        "data": _data(mapping, {"page_path": page_path(conversation), **facts}, names_in(conversation)),
        "dispatch_version": DISPATCH_VERSION,
    }


def session_name(conversation: Conversation) -> str:
    """A name for the visitor's session: the session's own id is a secret that opens their transcript."""
    named = f"{conversation.tenant_id}:{conversation.session}"
    return salted_hmac("tracking.session", named, algorithm="sha256").hexdigest()[:32]


def page_path(conversation: Conversation) -> str:
    """Where on the site the visitor was last: without host, query and fragment, in which anything may stand."""
    try:
        return unquote(urlsplit(conversation.page_url).path)[:MAX_PATH]
    except ValueError:
        return ""


def names_in(conversation: Conversation) -> list[str]:
    """The names that the visitor gave."""
    contact = conversation.contact
    return [contact.name, contact.company] if contact else []


def _data(mapping: OutcomeMapping, facts: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """Two walls: only what the schema allows, and of that nothing that looks like personal data."""
    data = {}
    for name in mappings.told_fields(mapping):
        value = redact_all(facts.get(name), names)
        if value not in (None, "", {}) and schema.is_allowed(mapping.event_type, name, value):
            data[name] = value
    if mapping.conversion_value is not None and mapping.currency:
        data |= {"conversion_value": float(mapping.conversion_value), "currency": mapping.currency}
    return data


def redact_all(value: Any, names: list[str]) -> Any:
    """Every text in it redacted; a number that is somebody's is left out."""
    if isinstance(value, str):
        return redact(value, names)
    if isinstance(value, dict):
        cleaned = {key: redact_all(inner, names) for key, inner in value.items()}
        return {key: inner for key, inner in cleaned.items() if inner is not None}
    if isinstance(value, int | float) and not isinstance(value, bool) and redact(f"{value:.15g}") != f"{value:.15g}":
        return None
    return value
