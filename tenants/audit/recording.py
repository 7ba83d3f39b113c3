"""Writing an act down. One INSERT, in the transaction of what it tells: both are kept, or neither."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction

from tenants import actors, wall
from tenants.audit.changes import Changes, plain, short
from tenants.models import AuditEntry, Membership, Tenant, User, Verb


class NotInTransaction(RuntimeError):
    """Something would be written down that may then not happen."""

    def __init__(self, verb: Verb) -> None:
        super().__init__(f"“{verb}” must be recorded in the transaction of the change itself: use transaction.atomic.")


def record(
    verb: Verb,
    *,
    tenant: Tenant | uuid.UUID | None,
    target: models.Model | None = None,
    target_id: object = "",
    name: str = "",
    changes: Changes | None = None,
    by: User | None = None,
    **facts: Any,
) -> None:
    """Write down what has just been done to a company; None is the platform as a whole.

    `target` is the row that it was done to and `name` what people call it; `facts` are plain values such as numbers.
    Raises NotInTransaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(verb)
    tenant_id = tenant.pk if isinstance(tenant, Tenant) else tenant
    details = {"changes": changes} if changes else {}
    details |= {key: plain(value) for key, value in facts.items()}
    target_id, name = target.pk if target else target_id, name or str(target or "")
    entry = _entry(verb, tenant_id, by=by, target_id=target_id, target_name=name, details=details)
    entry.save(force_insert=True)


def record_changes(verb: Verb, *, tenant: Tenant | uuid.UUID | None, changes: Changes, **more: Any) -> None:
    """Write down what was changed, where anything was."""
    if changes:
        record(verb, tenant=tenant, changes=changes, **more)


@wall.lowered()  # in all their companies
def record_for_places(verb: Verb, user: User, *, changes: Changes | None = None, by: User | None = None) -> None:
    """Write down what happened to somebody's account, with each company that they have a place in; one INSERT."""
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(verb)
    details = {"changes": changes} if changes else {}
    places = Membership.objects.filter(user=user).order_by("id").values_list("tenant", flat=True)
    AuditEntry.objects.bulk_create(
        _entry(verb, tenant_id, by=by, target_id=user.pk, target_name=user.get_full_name(), details=details)
        for tenant_id in places
    )


def _entry(
    verb: Verb,
    tenant_id: uuid.UUID | None,
    *,
    by: User | None,
    target_id: object,
    target_name: str,
    details: dict[str, Any],
) -> AuditEntry:
    actor = actors.acting(tenant_id, by)
    return AuditEntry(
        tenant_id=tenant_id,
        verb=verb,
        actor_kind=actor.kind,
        actor=actor.user,
        actor_token=actor.token,
        actor_name=short(actor.name),
        actor_email=actor.user.email if actor.user else "",
        target_kind=verb.subject,
        target_id=str(target_id)[:80],
        target_name=short(target_name),
        details=details,
        ip_address=actor.ip_address,
        request_id=actor.request_id,
    )
