"""What can be done with a tenant's routing rules, and the answer to "who would answer this?"."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from assistants.models import Assistant, Handoff, RoutingRule
from assistants.routing.rules import Situation, Verdict, judge
from assistants.routing.words import words_of
from assistants.selection import AssistantMisconfigured, NoAssistant, PeopleAnswer, select
from tenants import audit
from tenants.models import Tenant, Verb

RULES_MOST: Final = 100
"""Rules of one tenant: all of them are read when a visitor writes for the first time."""


# Of these the audit log shows values; keywords and messages are texts of theirs.
_RULE_TOLD: Final = ("name", "priority", "active", "intent", "channels", "target")
_HANDOFF_TOLD: Final = (
    "on_no_answer", "on_person", "on_failures", "on_upset", "intents", "target", "style", "most",
)  # fmt: skip


class RulebookFull(Exception):
    """The tenant has as many rules as it can have."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who would answer: an assistant, people (`to_people`), or nobody, for which `problem` says why."""

    verdicts: list[Verdict]
    assistant: Assistant | None = None
    to_people: bool = False
    problem: str = ""

    @property
    def rule(self) -> RoutingRule | None:
        return next((verdict.rule for verdict in self.verdicts if verdict.wins), None)


@transaction.atomic
def add_rule(*, tenant: Tenant, **values: Any) -> RoutingRule:
    """Add a rule. Raises RulebookFull."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    if RoutingRule.objects.for_tenant(tenant).count() >= RULES_MOST:
        raise RulebookFull
    rule = RoutingRule.objects.create(tenant=tenant, **values)
    audit.record(Verb.ROUTING_CREATED, tenant=tenant, target=rule, name=rule.name, priority=rule.priority)
    return rule


@transaction.atomic
def change_rule(*, rule: RoutingRule, **values: Any) -> RoutingRule:
    """Change what is named in a rule; nothing else of it is written."""
    stored = RoutingRule.objects.for_tenant(rule.tenant_id).select_for_update().get(pk=rule.pk)
    for name, value in values.items():
        setattr(rule, name, value)
    if values:
        rule.save(update_fields=[*values, "changed_at"])
    seen = audit.changes_of(audit.snapshot(stored, values), rule, shown=_RULE_TOLD)
    audit.record_changes(Verb.ROUTING_CHANGED, tenant=rule.tenant_id, target=rule, name=rule.name, changes=seen)
    return rule


@transaction.atomic
def remove_rule(*, rule: RoutingRule) -> None:
    """Delete a rule."""
    audit.record(Verb.ROUTING_DELETED, tenant=rule.tenant_id, target=rule, name=rule.name)
    rule.delete()


@transaction.atomic
def save_handoff(*, assistant: Assistant, **values: Any) -> None:
    """Say when an assistant passes visitors on, and to whom."""
    mine = Handoff.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant)
    before = audit.snapshot(mine.first() or Handoff(tenant=assistant.tenant, assistant=assistant), values)
    row, _ = Handoff.objects.update_or_create(defaults=values, tenant=assistant.tenant, assistant=assistant)
    seen, verb = audit.changes_of(before, row, shown=_HANDOFF_TOLD), Verb.ASSISTANT_HANDOFF_CHANGED
    audit.record_changes(verb, tenant=assistant.tenant_id, target=assistant, name=assistant.name, changes=seen)


def try_rules(*, tenant: Tenant, text: str, channel: str, at: dt.datetime) -> Outcome:
    """Who would answer a visitor who writes this for the first time, and what each rule says to it."""
    situation = Situation(text, channel, at.astimezone(tenant.tzinfo))
    verdicts = judge(RoutingRule.objects.for_tenant(tenant).with_assistants().in_order(), situation)
    try:
        return Outcome(verdicts, select(tenant, requested=None, current=None, situation=situation))
    except PeopleAnswer:
        return Outcome(verdicts, to_people=True)
    except NoAssistant:
        return Outcome(verdicts, problem="No rule fits, and no assistant is the default for chat.")
    except AssistantMisconfigured as problem:
        return Outcome(verdicts, problem=str(problem))


def split_keywords(text: str) -> list[str]:
    """The keywords in a text that parts them with commas or lines, each once."""
    found: dict[tuple[str, ...], str] = {}
    for part in text.replace("\n", ",").split(","):
        keyword = " ".join(part.split())
        if keyword:
            found.setdefault(words_of(keyword), keyword)
    return list(found.values())


def wrong_with(keywords: list[str], *, most: int, letters: int) -> str:
    """What is wrong with a list of keywords, in one sentence; empty when nothing is."""
    if len(keywords) > most:
        return f"These are {len(keywords)} keywords. At most {most} are possible."
    for keyword in keywords:
        if len(keyword) > letters:
            return f"“{keyword[:40]}…” is too long: a keyword has at most {letters} characters."
        if not words_of(keyword):
            return f"“{keyword}” holds no letter and no digit, so it is never found."
    return ""
