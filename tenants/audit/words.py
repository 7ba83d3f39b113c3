"""Entries as sentences: “Ada rotated the secret of the endpoint CRM”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from tenants.models import AuditEntry, Verb
from tenants.templatetags.moments import say_exactly

STAFF: Final = "Platform staff"
PHRASES: Final[dict[str, str]] = {
    Verb.COMPANY_FOUNDED: "founded {}",
    Verb.COMPANY_CHANGED: "changed the company {}",
    Verb.PLAN_CHANGED: "changed the plan, which is {} now",
    Verb.MEMBER_JOINED: "joined the company",
    Verb.MEMBER_ADDED: "added {} to the company",
    Verb.MEMBER_ROLE_CHANGED: "changed the role of {}",
    Verb.MEMBER_REMOVED: "removed {} from the company",
    Verb.MEMBER_LEFT: "left the company",
    Verb.INVITATION_SENT: "invited {}",
    Verb.INVITATION_RENEWED: "sent {} the invitation again",
    Verb.INVITATION_WITHDRAWN: "withdrew the invitation of {}",
    Verb.ACCOUNT_PASSWORD_CHANGED: "changed the password of {}",
    Verb.ACCOUNT_PASSWORD_RESET: "chose a new password with a link from a mail",
    Verb.ACCOUNT_EMAIL_CHANGED: "changed the addresses that {} signs in with",
    Verb.ACCOUNT_CHANGED: "changed the account of {}",
    Verb.ASSISTANT_CREATED: "created the assistant {}",
    Verb.ASSISTANT_PUBLISHED: "published the assistant {}",
    Verb.ASSISTANT_ARCHIVED: "archived the assistant {}",
    Verb.ASSISTANT_RESTORED: "restored the assistant {}",
    Verb.ASSISTANT_DELETED: "deleted the assistant {}",
    Verb.ASSISTANT_DEFAULT_SET: "made {} a default",
    Verb.ASSISTANT_DEFAULT_UNSET: "made {} a default no more",
    Verb.ASSISTANT_HANDOFF_CHANGED: "changed when {} passes visitors on",
    Verb.ASSISTANT_TOOLS_CHANGED: "changed what {} may do by itself",
    Verb.ASSISTANT_GATE_CHANGED: "changed what holds up publishing {}",
    Verb.ROUTING_CREATED: "added the routing rule {}",
    Verb.ROUTING_CHANGED: "changed the routing rule {}",
    Verb.ROUTING_DELETED: "deleted the routing rule {}",
    Verb.SAFETY_CHANGED: "changed the {}",
    Verb.TOOL_CREATED: "added the tool {}",
    Verb.TOOL_CHANGED: "changed the tool {}",
    Verb.TOOL_DELETED: "deleted the tool {}",
    Verb.KNOWLEDGE_ADDED: "added to the knowledge: {}",
    Verb.KNOWLEDGE_CHANGED: "changed in the knowledge: {}",
    Verb.KNOWLEDGE_REMOVED: "removed from the knowledge: {}",
    Verb.PROVIDER_KEY_ADDED: "added the AI key {}",
    Verb.PROVIDER_KEY_CHANGED: "changed the AI key {}",
    Verb.PROVIDER_KEY_ROTATED: "put another key in the place of the AI key {}",
    Verb.PROVIDER_KEY_REMOVED: "removed the AI key {}",
    Verb.BUDGET_CHANGED: "changed the {}",
    Verb.WIDGET_CHANGED: "changed the {}",
    Verb.DOMAIN_ADDED: "allowed the widget on {}",
    Verb.DOMAIN_CHANGED: "changed an allowed domain to {}",
    Verb.DOMAIN_REMOVED: "took {} off the allowed domains",
    Verb.WIDGET_TOKEN_ISSUED: "issued the widget token {}",
    Verb.WIDGET_TOKEN_RENAMED: "renamed the widget token {}",
    Verb.WIDGET_TOKEN_REVOKED: "revoked the widget token {}",
    Verb.MAPPING_CHANGED: "changed what is told of {}",
    Verb.QUALIFICATION_CHANGED: "changed the {}",
    Verb.WEBHOOK_CREATED: "added the endpoint {}",
    Verb.WEBHOOK_CHANGED: "changed the endpoint {}",
    Verb.WEBHOOK_PAUSED: "paused the endpoint {}",
    Verb.WEBHOOK_RESUMED: "let the endpoint {} go on",
    Verb.WEBHOOK_DISABLED: "disabled the endpoint {}",
    Verb.WEBHOOK_ROTATED: "rotated the secret of the endpoint {}",
    Verb.WEBHOOK_REPLAYED: "sent deliveries again to {}",
    Verb.WEBHOOK_DELETED: "deleted the endpoint {}",
    Verb.CONVERSATION_EXPORTED: "downloaded conversations as CSV",
    Verb.CONTACT_CREATED: "added the contact {}",
    Verb.CONTACT_CHANGED: "changed the contact {}",
    Verb.CONTACT_MERGED: "merged another contact into {}",
    Verb.CONTACT_RELEASED: "released another address of the contact {}",
    Verb.CONTACT_DELETED: "deleted the contact {}",
    Verb.CONTACT_EXPORTED: "downloaded contacts as CSV",
    Verb.GRAIN_SET: "set the switch {}",
    Verb.GRAIN_REMOVED: "removed the switch {}",
    Verb.API_TOKEN_ISSUED: "issued the API token {}",
    Verb.API_TOKEN_RENAMED: "renamed the API token {}",
    Verb.API_TOKEN_REVOKED: "revoked the API token {}",
    Verb.AUDIT_EXPORTED: "downloaded the audit log as CSV",
}
OWN: Final[dict[str, str]] = {
    Verb.ACCOUNT_PASSWORD_CHANGED: "changed their own password",
    Verb.ACCOUNT_EMAIL_CHANGED: "changed the addresses they sign in with",
}
"""What somebody did to themselves."""

FIELDS: Final = {
    "prompt": "instructions",
    "allows_overage": "overage",
    "is_default": "general default",
    "is_default_chat": "default for chat",
    "emit_browser": "to the page",
    "emit_webhook": "to webhooks",
    "returned_to": "back to version",
    "url": "address",
    "base_url": "address",
    "count": "how many",
}
"""Where people call a field otherwise than the database does."""


_EVENT = re.compile(r"^autochat\.(?P<name>[a-z_]+)\.v\d+$")
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$")


def actor_of(entry: AuditEntry) -> str:
    """Who did it. A company isn't told which of the platform's people it was: its support answers for that."""
    return STAFF if entry.actor_kind == AuditEntry.ActorKind.STAFF else entry.actor_name


def phrase_of(entry: AuditEntry) -> str:
    """What was done, with {} for to what."""
    is_own = entry.actor_id is not None and str(entry.actor_id) == entry.target_id
    return (OWN.get(entry.verb) if is_own else None) or PHRASES[entry.verb]


def sentence(entry: AuditEntry) -> str:
    """All of it in one sentence, without details."""
    return f"{actor_of(entry)} {phrase_of(entry).format(entry.target_name)}"


def details_of(entry: AuditEntry) -> list[str]:
    """What was changed from what to what, and other facts."""
    details = dict(entry.details)
    return [*_changes(details.pop("changes", {})), *(f"{_field(name)}: {_said(v)}" for name, v in details.items())]


def _changes(changes: dict[str, list[Any]]) -> Iterator[str]:
    for name, pair in changes.items():
        yield f"{_field(name)}: {_said(pair[0])} → {_said(pair[1])}" if pair else f"{_field(name)} changed"


def _field(name: str) -> str:
    return FIELDS.get(name) or name.removesuffix("_id").replace("_", " ")


def _said(value: Any) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value) or "none"
    if value in (None, ""):
        return "none"
    return _MOMENT.sub(_as_moment, _EVENT.sub(_as_event, str(value)))


def _as_event(found: re.Match[str]) -> str:
    return found["name"].replace("_", " ").capitalize()


def _as_moment(found: re.Match[str]) -> str:
    try:
        return say_exactly(datetime.fromisoformat(found[0]))
    except ValueError:  # only looked like one
        return found[0]


def verbs_that_say(text: str) -> list[str]:
    """The verbs whose words hold this text."""
    wanted = text.casefold()
    said = {verb: f"{verb} {Verb(verb).label} {phrase}".casefold() for verb, phrase in PHRASES.items()}
    return [verb for verb, words in said.items() if wanted in words]
