"""Versions in words: each field by the name that the form gives it, each value as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from assistants.differences import Part, words
from assistants.models import Assistant, ProviderKey
from assistants.versions import FIELDS, Values

LABELS: Final = {
    "name": "Name",
    "greeting": "Greeting",
    "prompt": "Instructions",
    "fallback_message": "When it can’t answer",
    "provider": "Where its words come from",
    "model": "Model",
    "base_url": "Address",
    "provider_key": "Key",
    "temperature": "Temperature",
    "max_tokens": "Longest reply",
    "fallback_model": "Model that steps in",
    "fallback_assistant": "Assistant that steps in",
    "review_policy": "Hold replies for review",
}
_LONG: Final = frozenset({"name", "greeting", "prompt", "fallback_message"})
_CHOICES: Final = {
    "provider": dict(Assistant.Provider.choices),
    "review_policy": dict(Assistant.ReviewPolicy.choices),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: texts as one text with what went and what came, others as two values."""

    label: str
    before: str
    after: str
    parts: tuple[Part, ...] = ()


def changes(assistant: Assistant, before: Values, after: Values) -> list[Change]:
    """What differs between two versions of an assistant, in the order of its form."""
    differing = [field for field in FIELDS if before.get(field) != after.get(field)]
    names = _names(assistant, before, after) if {"provider_key", "fallback_assistant"} & set(differing) else {}
    return [_change(field, before.get(field), after.get(field), names) for field in differing]


def _change(field: str, before: Any, after: Any, names: dict[str, str]) -> Change:
    if field in _LONG:
        return Change(LABELS[field], before or "", after or "", tuple(words(before or "", after or "")))
    return Change(LABELS[field], _shown(field, before, names), _shown(field, after, names))


def _shown(field: str, value: Any, names: dict[str, str]) -> str:
    if value in (None, ""):
        return "Empty"
    if field in ("provider_key", "fallback_assistant"):
        return names.get(value, "One that was deleted")
    return str(_CHOICES.get(field, {}).get(value, value))


def _names(assistant: Assistant, *versions: Values) -> dict[str, str]:
    """The names of keys and assistants that versions refer to; two queries."""
    keys = [values["provider_key"] for values in versions if values.get("provider_key")]
    others = [values["fallback_assistant"] for values in versions if values.get("fallback_assistant")]
    found = [
        *ProviderKey.objects.for_tenant(assistant.tenant_id).filter(pk__in=keys),
        *Assistant.objects.for_tenant(assistant.tenant_id).filter(pk__in=others).only("name"),
    ]
    return {str(row.pk): str(row) for row in found}
