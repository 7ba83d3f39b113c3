"""Changing how a tenant's widget looks and behaves."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from tenants import audit
from tenants.models import Tenant, Verb
from widgets.models import WidgetSettings

SHOWN: Final = (
    "name", "primary_color", "position", "theme", "show_branding", "locale", "prechat_required", "human_only",
    "allow_missing_origin",
)  # fmt: skip
"""What the audit log may show; the rest are texts, addresses and a telephone number."""


@transaction.atomic
def change_settings(*, tenant: Tenant, **values: Any) -> WidgetSettings:
    """Change what is named; the rest stays as it is, also where somebody else has changed it meanwhile."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)  # two who save the first row come one by one
    row = WidgetSettings.objects.filter(tenant=tenant).first() or WidgetSettings(tenant=tenant)
    before = audit.snapshot(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    seen = audit.changes_of(before, row, shown=SHOWN)
    audit.record_changes(Verb.WIDGET_CHANGED, tenant=tenant, name="chat widget", changes=seen)
    return row
