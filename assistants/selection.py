"""Which assistant answers: the one asked for, the one that speaks, the default for chat, the general default (S13)."""

from __future__ import annotations

import uuid

from django.db import connection

from assistants.models import Assistant, ProviderKey
from tenants.models import Tenant
from tenants.rows import Columns


class NoAssistant(Exception):
    """The tenant expects an assistant to answer and has none that would."""


class AssistantMisconfigured(Exception):
    """The assistant that should answer can't work; the message says what it lacks."""


class AssistantNotFound(Exception):
    """No assistant of this tenant has the id asked for."""


def must_exist(tenant: Tenant, assistant_id: uuid.UUID) -> None:
    """Refuse an id that isn't one of this tenant's assistants. Raises AssistantNotFound."""
    if not Assistant.objects.for_tenant(tenant).filter(pk=assistant_id).exists():
        raise AssistantNotFound


def select(tenant: Tenant, *, requested: uuid.UUID | None, current: uuid.UUID | None) -> Assistant:
    """The assistant that answers now; one query. Raises NoAssistant and AssistantMisconfigured.

    Its `has_knowledge` says whether the tenant has any sources to search, `has_budget` whether model calls are
    limited. An archived one is refused where it was asked for by name, and passed over where it only used to speak.
    """
    found = _candidates(tenant, [i for i in (requested, current) if i])
    if requested and requested in found:
        return _fit(found[requested])
    if current and current in found and found[current].active:
        return _fit(found[current])
    for star in ("is_default_chat", "is_default"):
        for assistant in found.values():
            if getattr(assistant, star):
                return _fit(assistant)
    raise NoAssistant


_ASSISTANT, _KEY = Columns(Assistant, "assistant"), Columns(ProviderKey, "key")
_CANDIDATES = f"""
    SELECT EXISTS(SELECT FROM assistants_knowledgesource source WHERE source.tenant_id = assistant.tenant_id),
        EXISTS(SELECT FROM assistants_budget budget WHERE budget.tenant_id = assistant.tenant_id
            AND (budget.micros IS NOT NULL OR budget.tokens IS NOT NULL)),
        {_ASSISTANT.sql}, {_KEY.sql}
    FROM assistants_assistant assistant LEFT JOIN assistants_providerkey key
        ON key.tenant_id = assistant.tenant_id AND key.id = assistant.provider_key_id
    WHERE assistant.tenant_id = %s AND (is_default_chat OR is_default OR assistant.id = ANY(%s))
"""  # noqa: S608  (column names of ours)


def _candidates(tenant: Tenant, named: list[uuid.UUID]) -> dict[uuid.UUID, Assistant]:
    """The starred assistants and those named, each with its key loaded."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [tenant.pk, named])
        rows = cursor.fetchall()
    found = {}
    for has_knowledge, has_budget, *values in rows:
        assistant = _ASSISTANT.read(values[: len(_ASSISTANT)])
        assistant.tenant = tenant
        key = values[len(_ASSISTANT) :]
        assistant.provider_key = _KEY.read(key) if key[0] else None
        assistant.has_knowledge = has_knowledge  # type: ignore[attr-defined]
        assistant.has_budget = has_budget  # type: ignore[attr-defined]
        found[assistant.pk] = assistant
    return found


def default_for_chat(tenant: Tenant) -> Assistant | None:
    """The assistant that greets new visitors, if there is one that can."""
    try:
        return select(tenant, requested=None, current=None)
    except (NoAssistant, AssistantMisconfigured):
        return None


def _fit(assistant: Assistant) -> Assistant:
    if not assistant.active:
        raise AssistantMisconfigured(
            f"The assistant “{assistant.name}” is archived. Restore it or choose another default."
        )
    if assistant.provider not in Assistant.Provider.values:
        raise AssistantMisconfigured(f"The assistant “{assistant.name}” has no AI provider. Choose one on its page.")
    if assistant.provider == Assistant.Provider.OPENAI and assistant.base_url and not assistant.model:
        raise AssistantMisconfigured(f"The assistant “{assistant.name}” has no model. Name one on its page.")
    return assistant
