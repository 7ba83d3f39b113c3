"""Who answers: the assistant asked for, the one that speaks, a routing rule's choice, the default stars (S13)."""

from __future__ import annotations

import uuid
from typing import Any

from assistants import rehearsal
from assistants.models import Assistant, Handoff, ProviderKey, RoutingRule, Target
from assistants.routing.readings import ReadingWanted
from assistants.routing.rules import Situation, obstacle
from tenants.models import Tenant
from tenants.statements import Columns, Statement


class NoAssistant(Exception):
    """The tenant expects an assistant to answer and has none that would."""

    code = "no_assistant"


class AssistantMisconfigured(Exception):
    """The assistant that should answer can't work; the message says what it lacks."""

    code = "assistant_misconfigured"


class PeopleAnswer(Exception):
    """A routing rule gives the visitor to people."""


class AssistantNotFound(Exception):
    """No assistant of this tenant has the id asked for."""


def must_exist(tenant: Tenant, assistant_id: uuid.UUID) -> None:
    """Refuse an id that isn't one of this tenant's assistants. Raises AssistantNotFound."""
    if not Assistant.objects.for_tenant(tenant).filter(pk=assistant_id).exists():
        raise AssistantNotFound


def select(
    tenant: Tenant, *, requested: uuid.UUID | None, current: uuid.UUID | None, situation: Situation | None = None
) -> Assistant:
    """The assistant that answers now. Raises NoAssistant, AssistantMisconfigured and PeopleAnswer.

    One query, and one more for the rules where a tenant has any and nobody speaks yet; without a `situation` rules
    are left out. The assistant's `has_knowledge` says whether the tenant has any sources to search, `has_vectors`
    whether passages can be found by meaning, `has_budget` whether model calls are limited, `has_tools` whether its
    model may have any, `handoff` when it passes visitors on, `policy_changed_at` which safety policy it keeps to. An
    archived one is refused where it was asked for by name, and passed over where it only used to speak or a rule names
    it, unless there is no other.
    """
    named = [i for i in (requested, current) if i]
    found = _candidates(tenant, named, and_those_of_rules=situation is not None and not named)
    if requested and requested in found:
        return _chosen(found[requested], "asked_for")
    if current and current in found and found[current].active:
        return _chosen(found[current], "speaks_already")
    passed_over = None
    if situation and _has_rules(found):
        rule, passed_over = _by_rule(tenant, situation, reader=_reader(found))
        if rule and rule.assistant_id:
            chosen = found.get(rule.assistant_id) or find(tenant, rule.assistant_id)
            return _chosen(chosen, "rule", rule)
    if starred := _starred(found):
        return _chosen(starred, "star")
    if passed_over:
        raise AssistantMisconfigured(f"The routing rule “{passed_over.name}” can’t be followed. {passed_over.defect}")
    raise NoAssistant


def find(tenant: Tenant, assistant_id: uuid.UUID) -> Assistant:
    """This assistant as `select` gives it; one query. Raises AssistantMisconfigured."""
    found = _candidates(tenant, [assistant_id]).get(assistant_id)
    if found is None:
        raise AssistantMisconfigured("The assistant that should answer was deleted. Choose another one.")
    return _fit(found)


def _chosen(assistant: Assistant, by: str, rule: RoutingRule | None = None) -> Assistant:
    rehearsal.note_route(by, assistant, rule)
    return _fit(assistant)


def _starred(found: dict[uuid.UUID, Assistant]) -> Assistant | None:
    """The default for chat, else the general default."""
    for star in ("is_default_chat", "is_default"):
        for assistant in found.values():
            if getattr(assistant, star):
                return assistant
    return None


def _reader(found: dict[uuid.UUID, Assistant]) -> Assistant | None:
    """Whose model reads a message that rules depend on: the assistant that answers where no rule fits."""
    starred = _starred(found)
    can_read = starred is not None and starred.active and starred.provider == Assistant.Provider.OPENAI
    return starred if can_read else None


def _by_rule(
    tenant: Tenant, situation: Situation, *, reader: Assistant | None
) -> tuple[RoutingRule | None, RoutingRule | None]:
    """The first rule that fits and names an assistant that can answer, or the first whose assistant can't."""
    broken = None
    for rule in RoutingRule.objects.for_tenant(tenant).with_assistants().in_order():
        if reader and situation.must_be_read_for(rule):
            raise ReadingWanted(reader)
        if obstacle(rule, situation):
            continue
        if rule.target == Target.PEOPLE:
            rehearsal.note_route("rule", rule=rule)
            raise PeopleAnswer
        if not rule.defect:
            return rule, None
        broken = broken or rule
    return None, broken


_ASSISTANT, _KEY = Columns(Assistant, "assistant"), Columns(ProviderKey, "key")
_HANDOFF = Columns(Handoff, "handoff")
_CANDIDATES = Statement(f"""
    SELECT EXISTS(SELECT FROM assistants_knowledgesource source WHERE source.tenant_id = assistant.tenant_id),
        EXISTS(SELECT FROM assistants_budget budget WHERE budget.tenant_id = assistant.tenant_id
            AND (budget.micros IS NOT NULL OR budget.tokens IS NOT NULL)),
        EXISTS(SELECT FROM assistants_routingrule rule WHERE rule.tenant_id = assistant.tenant_id AND rule.active),
        EXISTS(SELECT FROM assistants_allowance allowed WHERE allowed.assistant_id = assistant.id)
            OR EXISTS(SELECT FROM assistants_tooluser used WHERE used.assistant_id = assistant.id),
        EXISTS(SELECT FROM assistants_knowledgechunk chunk
            WHERE chunk.tenant_id = assistant.tenant_id AND chunk.embedded_by > ''),
        (SELECT changed_at FROM assistants_safetypolicy policy WHERE policy.tenant_id = assistant.tenant_id),
        {_ASSISTANT.sql}, {_KEY.sql}, {_HANDOFF.sql}
    FROM assistants_assistant assistant
    LEFT JOIN assistants_providerkey key ON key.tenant_id = assistant.tenant_id AND key.id = assistant.provider_key_id
    LEFT JOIN assistants_handoff handoff
        ON handoff.tenant_id = assistant.tenant_id AND handoff.assistant_id = assistant.id
    WHERE assistant.tenant_id = %(tenant)s AND (is_default_chat OR is_default OR assistant.id = ANY(%(named)s)
        OR %(and_those_of_rules)s AND assistant.id IN (
            SELECT assistant_id FROM assistants_routingrule WHERE tenant_id = %(tenant)s AND active))
""")  # noqa: S608  (column names of ours)


def _candidates(
    tenant: Tenant, named: list[uuid.UUID], *, and_those_of_rules: bool = False
) -> dict[uuid.UUID, Assistant]:
    """The starred assistants, those named and, if wanted, those that rules name; each with its key and hand-off."""
    values: dict[str, Any] = {"tenant": tenant.pk, "named": named, "and_those_of_rules": and_those_of_rules}
    found = {assistant.pk: assistant for assistant in (_read(tenant, *row) for row in _CANDIDATES.all(values))}
    return rehearsal.cast(found, named=named, facts=_NOT_IN_A_DRAFT)


_FLAGS = ("has_knowledge", "has_budget", "has_rules", "has_tools", "has_vectors", "policy_changed_at")
"""What the query's first columns say, in their order."""

_NOT_IN_A_DRAFT = (*_FLAGS, "handoff", "is_default", "is_default_chat")


def _read(tenant: Tenant, *row: Any) -> Assistant:
    flags, values = row[: len(_FLAGS)], row[len(_FLAGS) :]
    assistant = _ASSISTANT.read(values[: len(_ASSISTANT)])
    key, handoff = values[len(_ASSISTANT) : -len(_HANDOFF)], values[-len(_HANDOFF) :]
    assistant.tenant = tenant
    assistant.provider_key = _KEY.read(key) if key[0] else None
    assistant.handoff = _HANDOFF.read(handoff) if handoff[0] else Handoff()
    for name, flag in zip(_FLAGS, flags, strict=True):
        setattr(assistant, name, flag)
    return assistant


def _has_rules(found: dict[uuid.UUID, Assistant]) -> bool:
    """As the candidates say; a tenant without any may still have a rule that names people."""
    return not found or any(getattr(assistant, "has_rules", True) for assistant in found.values())


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
