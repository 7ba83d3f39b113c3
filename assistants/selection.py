"""Which assistant answers: the one asked for, the one that speaks, the default for chat, the general default (S13)."""

from __future__ import annotations

import uuid

from django.db.models import Exists, Q

from assistants.models import Assistant, KnowledgeSource
from tenants.models import Tenant


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

    Its `has_knowledge` says whether the tenant has any sources to search. An archived one is refused where it was asked
    for by name, and passed over where it only used to speak.
    """
    known = KnowledgeSource.objects.for_tenant(tenant)
    candidates = (
        Assistant.objects.for_tenant(tenant).select_related("provider_key").annotate(has_knowledge=Exists(known))
    )
    wanted = Q(is_default_chat=True) | Q(is_default=True) | Q(pk__in=[i for i in (requested, current) if i])
    found = {assistant.pk: assistant for assistant in candidates.filter(wanted)}
    if requested and requested in found:
        return _fit(found[requested])
    if current and current in found and found[current].active:
        return _fit(found[current])
    for star in ("is_default_chat", "is_default"):
        for assistant in found.values():
            if getattr(assistant, star):
                return _fit(assistant)
    raise NoAssistant


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
