"""Which entries were asked for."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from dataclasses import dataclass, fields
from typing import Final

from django.db.models import F, Q
from django.utils import timezone

from tenants.audit.words import verbs_that_say
from tenants.models import ApiToken, AuditEntry, Tenant, User
from tenants.models.audit import AuditEntryQuerySet

STAFF: Final = AuditEntry.ActorKind.STAFF
SYSTEM: Final = AuditEntry.ActorKind.SYSTEM

MOST: Final = 200
"""API tokens to choose from, those in use first."""

# Each step finds the next person in the index, so the number of entries doesn't matter.
_ACTORS = """
    WITH RECURSIVE found AS (
        (SELECT actor_id FROM tenants_auditentry
         WHERE tenant_id = %(tenant)s AND actor_id IS NOT NULL ORDER BY actor_id LIMIT 1)
        UNION ALL
        SELECT (SELECT next.actor_id FROM tenants_auditentry next
                WHERE next.tenant_id = %(tenant)s AND next.actor_id > found.actor_id ORDER BY next.actor_id LIMIT 1)
        FROM found WHERE found.actor_id IS NOT NULL
    )
    SELECT person.*, place.id IS NOT NULL AS is_member
    FROM (SELECT actor_id FROM found UNION SELECT user_id FROM tenants_membership WHERE tenant_id = %(tenant)s) ids
    JOIN tenants_user person ON person.id = ids.actor_id
    LEFT JOIN tenants_membership place ON place.user_id = person.id AND place.tenant_id = %(tenant)s
    WHERE place.id IS NOT NULL OR NOT person.is_staff
    ORDER BY person.name, person.email
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to show; an empty value lets everything through. Days are those of the active time zone."""

    q: str = ""
    person: str = ""  # a user's id, an API token's, `staff` or `system`
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def used(self) -> list[str]:
        """The names of those that are set."""
        return [one.name for one in fields(self) if getattr(self, one.name)]


def find(tenant: Tenant, asked: Asked) -> AuditEntryQuerySet:
    """The company's entries that fit, the newest first."""
    rows = AuditEntry.objects.for_tenant(tenant).filter(_by(tenant, asked.person))
    if asked.kind:
        rows = rows.filter(target_kind=asked.kind)
    if asked.since:
        rows = rows.filter(at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_midnight(asked.until + dt.timedelta(days=1)))
    return (rows.filter(_about(asked.q)) if asked.q else rows).newest_first()


def people(tenant: Tenant) -> list[tuple[str, str]]:
    """Whom a company can ask about: its people, and who isn't one of them any more but has left entries."""
    found = User.objects.raw(_ACTORS, {"tenant": tenant.pk})
    return [(str(one.pk), one.get_full_name() + ("" if one.is_member else " (left)")) for one in found]  # type: ignore[attr-defined]


def programs(tenant: Tenant) -> list[tuple[str, str]]:
    """The API tokens that a company can ask about; of those that are revoked the latest."""
    rows = ApiToken.objects.for_tenant(tenant).order_by(F("revoked_at").desc(nulls_first=True), "label")
    return [(str(one.pk), f"{one.label} (API token{', revoked' if one.revoked_at else ''})") for one in rows[:MOST]]


def _by(tenant: Tenant, person: str) -> Q:
    if person in (STAFF, SYSTEM):
        return Q(actor_kind=person)
    if not person:
        return Q()
    try:
        who = uuid.UUID(person)
    except ValueError:
        return Q(pk__in=[])
    is_token = ApiToken.objects.for_tenant(tenant).filter(pk=who).exists()
    return Q(actor_token=who) if is_token else Q(actor=who)


def _about(text: str) -> Q:
    """Who, what, to what, or from where. Of the platform's staff a company can't find out more than it is shown."""
    who = Q(actor_name__icontains=text) | Q(actor_email__icontains=text) | _from(text)
    what = Q(target_name__icontains=text) | Q(verb__in=verbs_that_say(text)) | Q(request_id=text)
    return what | (who & ~Q(actor_kind=STAFF))


def _from(text: str) -> Q:
    try:
        return Q(ip_address=str(ipaddress.ip_address(text)))
    except ValueError:
        return Q(pk__in=[])


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
