"""What a tenant wants told about an outcome. Where nothing is set, the page and the webhooks are told."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q

from tenants import audit
from tenants.models import Tenant, Verb
from tenants.statements import Columns, Statement
from tracking import schema
from tracking.models import EventType, OutcomeMapping

_COLUMNS = Columns(OutcomeMapping, "m")
_FIND = Statement(
    f"SELECT {_COLUMNS.sql} FROM tracking_outcomemapping m WHERE tenant_id = %s AND event_type = %s"  # noqa: S608
)


def find(tenant_id: uuid.UUID, event_type: str) -> OutcomeMapping:
    """The tenant's mapping of this outcome, or the defaults; by hand, for turns of visitors wait for it."""
    values: list[Any] = [tenant_id, event_type]
    row = _FIND.one(values)
    return _COLUMNS.read(row) if row else OutcomeMapping(tenant_id=tenant_id, event_type=event_type)


def all_of(tenant: Tenant) -> list[OutcomeMapping]:
    """One mapping for each outcome there is, in their order."""
    found = {row.event_type: row for row in OutcomeMapping.objects.for_tenant(tenant)}
    return [found.get(kind) or OutcomeMapping(tenant=tenant, event_type=kind.value) for kind in EventType]


@transaction.atomic
def save(tenant_id: uuid.UUID, event_type: str, changes: dict[str, Any]) -> OutcomeMapping:
    """Change a mapping, or begin one that differs from the defaults."""
    new = {name: value for name, value in changes.items() if name != "event_type"}
    before = audit.snapshot(find(tenant_id, event_type), new)
    mapping, _ = OutcomeMapping.objects.update_or_create(tenant_id=tenant_id, event_type=event_type, defaults=new)
    seen, name = audit.changes_of(before, mapping, shown=new), EventType(event_type).label
    audit.record_changes(Verb.MAPPING_CHANGED, tenant=tenant_id, target_id=event_type, name=name, changes=seen)
    return mapping


def told_fields(mapping: OutcomeMapping) -> tuple[str, ...]:
    """The fields of `data` that are told, in the schema's order."""
    chosen = mapping.include_fields
    if chosen is None:
        return schema.default_fields(mapping.event_type)
    return tuple(name for name in schema.fields_of(mapping.event_type) if name in chosen)


def speaks_to_pages(tenant: Tenant) -> bool:
    """Whether any outcome is told to the page that the widget stands on."""
    silent = OutcomeMapping.objects.for_tenant(tenant).filter(Q(enabled=False) | Q(emit_browser=False))
    return silent.filter(event_type__in=EventType.values).count() < len(EventType)
