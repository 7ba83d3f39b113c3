"""Each tenant's safety policy, compiled once per change and process."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final

from django.db import transaction

from assistants.models import SafetyPolicy
from assistants.safety.matching import is_findable
from assistants.safety.policy import DEFAULT, Level, Policy
from tenants import audit
from tenants.models import Tenant, Verb
from tenants.statements import Statement

FIELDS: Final = {
    Level.BLOCKED: "blocked_keywords",
    Level.SERIOUS_HIGH: "serious_high_confidence_keywords",
    Level.SERIOUS_MEDIUM: "serious_medium_confidence_keywords",
    Level.ESCALATION: "escalation_keywords",
}
_KEPT: Final = 256
_compiled: OrderedDict[uuid.UUID, tuple[datetime, Policy]] = OrderedDict()
_lock = Lock()


_CHANGED = Statement("SELECT changed_at FROM assistants_safetypolicy WHERE tenant_id = %s")


def policy_of(tenant_id: uuid.UUID) -> Policy:
    """The tenant's policy as it is now: one small query, a second one where it has changed."""
    changed = _CHANGED.one([tenant_id])
    return policy_as_of(tenant_id, changed[0] if changed else None)


def policy_as_of(tenant_id: uuid.UUID, changed_at: datetime | None) -> Policy:
    """The policy last changed then, for who has read that already; None where the tenant has none of its own."""
    if changed_at is None:
        return DEFAULT
    known = _compiled.get(tenant_id)
    if known and known[0] == changed_at:
        return known[1]
    row = SafetyPolicy.objects.for_tenant(tenant_id).get()
    policy = Policy({level: getattr(row, field) for level, field in FIELDS.items()})
    with _lock:
        _compiled[tenant_id] = (row.changed_at, policy)
        _compiled.move_to_end(tenant_id)
        while len(_compiled) > _KEPT:
            _compiled.popitem(last=False)
    return policy


def row_of(tenant: Tenant) -> SafetyPolicy:
    """The tenant's own lists, stored or not."""
    return SafetyPolicy.objects.for_tenant(tenant).first() or SafetyPolicy(tenant=tenant)


@transaction.atomic
def save_lists(*, tenant: Tenant, lists: dict[str, list[str]]) -> SafetyPolicy:
    """Replace some of the tenant's own lists, by field name; the next message goes by them."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    row = row_of(tenant)
    before = audit.snapshot(row, lists)
    for field, keywords in lists.items():
        setattr(row, field, keywords)
    row.save()
    seen = audit.changes_of(before, row)  # keywords may name people
    audit.record_changes(Verb.SAFETY_CHANGED, tenant=tenant, name="safety lists", changes=seen)
    return row


def tidy(keywords: list[str]) -> list[str]:
    """Keywords as they are stored: trimmed, each once, none that could never be found."""
    known: dict[str, str] = {}
    for keyword in (" ".join(keyword.split()) for keyword in keywords):
        if is_findable(keyword):
            known.setdefault(keyword.casefold(), keyword)
    return list(known.values())
