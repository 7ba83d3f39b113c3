"""Grain: switches and values of the platform, which single tenants may have otherwise.

A tenant's own value beats the platform's, which beats the default. A key that nobody set, or that was removed, has its
default. Keys that aren't known here are kept and shown, for an older or newer version may know them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import F, Q

from tenants import audit
from tenants.models import Grain, Tenant, User, Verb

MAX_TEXT = 2000
check_key = RegexValidator(r"\A[a-z][a-z0-9_]{0,79}\Z", "A key has small letters, digits and underscores, at most 80.")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that the product asks for."""

    name: str
    default: bool | str
    about: str

    @property
    def kind(self) -> str:
        return {bool: "yes or no", str: "text"}[type(self.default)]

    def fits(self, value: Any) -> bool:
        return type(value) is type(self.default)


KEYS: dict[str, Key] = {
    key.name: key
    for key in (
        Key(
            "demo_tenant",
            "",
            "The id of the tenant whose widget stands on the demo page. Empty: there is no demo page.",
        ),
        Key(
            "widget_tracking_snippet_builder_enabled",
            True,
            "Whether the Guided Snippet Builder is open under Settings → Chat Widget → Tracking.",
        ),
    )
}


def value(key: str, tenant: Tenant | None = None) -> Any:
    """What a known key is worth for the tenant, or for the platform as a whole. One query."""
    known = KEYS[key]
    rows = Grain.objects.filter(Q(tenant=None) | Q(tenant=tenant) if tenant else Q(tenant=None), key=key)
    for found in rows.order_by(F("tenant").asc(nulls_last=True)).values_list("value", flat=True):
        if known.fits(found):
            return found
    return known.default


def is_on(key: str, tenant: Tenant | None = None) -> bool:
    """Whether a yes-or-no key is on."""
    return value(key, tenant) is True


@dataclass(frozen=True, slots=True)
class Holding:
    """A key's value as it holds in a scope, and where it comes from: `tenant`, `platform` or `default`."""

    key: str
    value: Any
    source: str
    default: Any
    about: str


def overview(tenant: Tenant | None = None) -> list[Holding]:
    """Every key, known or only stored, as it holds for the tenant or the platform. One query."""
    rows = Grain.objects.filter(Q(tenant=None) | Q(tenant=tenant) if tenant else Q(tenant=None))
    found = {key.name: Holding(key.name, key.default, "default", key.default, key.about) for key in KEYS.values()}
    for row in rows.order_by(F("tenant").asc(nulls_first=True)):
        known = KEYS.get(row.key)
        if known is None or known.fits(row.value):
            source = "tenant" if row.tenant_id else "platform"
            default, about = (known.default, known.about) if known else (None, "")
            found[row.key] = Holding(row.key, row.value, source, default, about)
    return [found[key] for key in sorted(found)]


@transaction.atomic
def put(key: str, new: Any, *, tenant: Tenant | None = None, by: User | None = None) -> Grain:
    """Set a key for one tenant, or for the platform."""
    check(key, new)
    before = Grain.objects.select_for_update().filter(key=key, tenant=tenant).first()
    row, _ = Grain.objects.update_or_create(key=key, tenant=tenant, defaults={"value": new, "changed_by": by})
    record_set(row, before.value if before else None)
    return row


@transaction.atomic
def remove(key: str, *, tenant: Tenant | None = None) -> bool:
    """Forget a key's value, so that the next wider one holds again; says whether there was one."""
    deleted, _ = Grain.objects.filter(key=key, tenant=tenant).delete()
    if deleted:
        audit.record(Verb.GRAIN_REMOVED, tenant=tenant, target_id=key, name=key)
    return deleted > 0


def record_set(row: Grain, before: Any) -> None:
    """Write down that a key was set. Of keys that aren't known here nobody knows whether their values are secrets."""
    known = ["value"] if row.key in KEYS else []
    seen = audit.changes({"value": before}, {"value": row.value}, shown=known)
    audit.record_changes(Verb.GRAIN_SET, tenant=row.tenant_id, target_id=row.key, name=row.key, changes=seen)


def check(key: str, new: Any) -> None:
    """Refuse a value that the key can't have, in words that say what it can."""
    check_key(key)
    known = KEYS.get(key)
    if known is not None and not known.fits(new):
        needed = "true or false" if known.kind == "yes or no" else "a text"
        raise ValidationError(f"{key} must be {needed}.", code="wrong_type")
    if len(json.dumps(new)) > MAX_TEXT:
        raise ValidationError(f"The value is longer than {MAX_TEXT:,} characters.", code="too_long")
    if "\\u0000" in json.dumps(new):
        raise ValidationError("The value holds a character that can't be stored.", code="null")


def parse(key: str, typed: str) -> Any:
    """What somebody typed for the key: a known key's own type; for unknown keys JSON, or else plain text."""
    known = KEYS.get(key)
    if known is not None and known.kind == "text":
        return typed.strip()
    try:
        return json.loads(typed)
    except ValueError:
        return typed.strip()
