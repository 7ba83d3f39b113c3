"""Which plan a tenant is on, what another would give or take, and changing it. Nothing is paid for here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.db import transaction

from tenants import audit
from tenants.measures import Measure
from tenants.models import Membership, Plan, Role, Tenant, Verb
from tenants.usage import Usage


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as an owner may choose it."""

    plan: Plan
    is_current: bool
    is_smaller: bool
    consequences: str


def offers(*, tenant: Tenant, usage: Usage, knowledge: Measure) -> list[Offer]:
    """The plans to choose from, small to large; the tenant's own is among them also when it is sold no more."""
    rows = sorted({*Plan.objects.filter(is_offered=True), tenant.plan}, key=lambda plan: (plan.conversations, plan.key))
    made = []
    for plan in rows:
        smaller = _is_smaller(plan, tenant.plan)
        words = _losses(plan, usage, knowledge) if smaller else _gains(plan)
        made.append(Offer(plan, plan == tenant.plan, smaller, " ".join(words)))
    return made


def choose(*, tenant: Tenant, plan: Plan, by: Membership) -> None:
    """Put the tenant on a plan; it holds from this moment, for the month that runs."""
    _refuse_unless_owner(by)
    _change(tenant, plan_id=plan.pk)


def allow_overage(*, tenant: Tenant, allowed: bool, by: Membership) -> None:
    """Say whether conversations go on past the plan."""
    _refuse_unless_owner(by)
    _change(tenant, allows_overage=allowed)


@transaction.atomic
def _change(tenant: Tenant, **values: Any) -> None:
    row = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    seen = audit.changes(audit.snapshot(row, values), values, shown=values)
    Tenant.objects.filter(pk=tenant.pk).update(**values)
    tenant.refresh_from_db(fields=["plan", "allows_overage"])
    audit.record_changes(
        Verb.PLAN_CHANGED, tenant=tenant, target_id=tenant.plan_id, name=tenant.plan.name, changes=seen
    )


def _refuse_unless_owner(by: Membership) -> None:
    if not by.is_at_least(Role.OWNER):
        raise PermissionDenied("Only an owner can do this.")


def _is_smaller(plan: Plan, than: Plan) -> bool:
    return plan.conversations < than.conversations or plan.knowledge_characters < than.knowledge_characters


def _gains(plan: Plan) -> Iterator[str]:
    yield f"{intcomma(plan.conversations)} conversations a month and {intcomma(plan.knowledge_characters)} characters"
    yield "of knowledge, from this moment on."


def _losses(plan: Plan, usage: Usage, knowledge: Measure) -> Iterator[str]:
    yield f"From this moment on you have {intcomma(plan.conversations)} conversations a month."
    past = usage.conversations - plan.conversations
    if past >= 0 and usage.allows_overage:
        yield f"{intcomma(past)} of this month’s {intcomma(usage.conversations)} become overage."
    elif past >= 0:
        until = f"{usage.resets_at:%-d %B}"
        yield f"You have used {intcomma(usage.conversations)} this month: new visitors are refused until {until}."
    if knowledge.used > plan.knowledge_characters:
        known, most = intcomma(knowledge.used), intcomma(plan.knowledge_characters)
        yield f"Your assistants know {known} characters and this plan holds {most}: nothing is deleted, but nothing"
        yield "can be added."
