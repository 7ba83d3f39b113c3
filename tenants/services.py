"""What happens to people and their places in a company."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tenants import audit, credentials, wall
from tenants.models import Membership, Place, Role, Tenant, User, Verb
from tenants.signals import access_ended


@wall.lowered()  # it is another one than the page's
@transaction.atomic
def found_company(*, owner: User, name: str) -> Tenant:
    """Make a company with its first owner. Other apps need no rows for it: where there is none, defaults hold."""
    tenant = Tenant.objects.create(name=name.strip())
    Membership.objects.create(tenant=tenant, user=owner, role=Role.OWNER)
    audit.record(Verb.COMPANY_FOUNDED, tenant=tenant, target=tenant, by=owner)
    return tenant


@transaction.atomic
def change_company(*, tenant: Tenant, **values: str) -> None:
    """Change the company's `name` and `timezone`."""
    row = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    before = audit.snapshot(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values])
    seen = audit.changes_of(before, row, shown=values)
    audit.record_changes(Verb.COMPANY_CHANGED, tenant=row, target=row, changes=seen)


def grantable_roles(by: Place) -> list[Role]:
    """The roles that whoever stands there may give and take: owners all, admins all but owner's, others none."""
    if not by.is_at_least(Role.ADMIN):
        return []
    return [role for role in Role if role is not Role.OWNER or by.is_at_least(Role.OWNER)]


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: Place) -> Membership:
    """Give a member another role; their sockets come back with it."""
    current = _lock(membership)
    _refuse_unless_grantable(by, Role(current.role), role)
    if role == current.role:
        return current
    _refuse_for_last_owner(current)
    seen = audit.changes({"role": current.role}, {"role": role}, shown=["role"])
    current.role = role
    current.save(update_fields=["role"])
    _record(Verb.MEMBER_ROLE_CHANGED, current, changes=seen)
    access_ended.send(sender=Membership, user_id=current.user_id, tenant_id=current.tenant_id)
    return current


@transaction.atomic
def remove_member(*, membership: Membership, by: Place) -> None:
    """Take a member's place away; their tokens and sockets end at once, and their next page knows them no more."""
    current = _lock(membership)
    if current.user_id != by.person_id:  # everybody may leave
        _refuse_unless_grantable(by, Role(current.role))
    _refuse_for_last_owner(current)
    credentials.revoke_refresh_tokens(current.user, current.tenant)
    current.delete()
    _record(Verb.MEMBER_LEFT if current.user_id == by.person_id else Verb.MEMBER_REMOVED, current, role=current.role)
    access_ended.send(sender=Membership, user_id=membership.user_id, tenant_id=membership.tenant_id)


@wall.lowered()
@transaction.atomic
def end_access(user: User) -> None:
    """End what somebody has open everywhere: refresh tokens and sockets. Sessions and access tokens ask the row."""
    credentials.revoke_refresh_tokens(user)
    for membership in Membership.objects.filter(user=user):
        access_ended.send(sender=Membership, user_id=user.pk, tenant_id=membership.tenant_id)


def _record(verb: Verb, membership: Membership, **more: Any) -> None:
    user = membership.user
    audit.record(verb, tenant=membership.tenant, target=user, name=user.get_full_name(), **more)


def _lock(membership: Membership) -> Membership:
    """The member's row as it is now. The tenant's lock comes first: two owners can't remove each other at once."""
    Tenant.objects.select_for_update().get(pk=membership.tenant_id)
    members = Membership.objects.for_tenant(membership.tenant_id).select_related("user", "tenant")
    current = members.select_for_update(of=("self",)).filter(pk=membership.pk).first()
    if current is None:
        raise ValidationError("This person is not in your company any more.", code="gone")
    return current


def _refuse_unless_grantable(by: Place, *roles: Role) -> None:
    if not set(roles) <= set(grantable_roles(by)):
        needed = Role.OWNER if Role.OWNER in roles and by.is_at_least(Role.ADMIN) else Role.ADMIN
        raise PermissionDenied(f"Only an {needed.label.lower()} can do this.")


def _refuse_for_last_owner(membership: Membership) -> None:
    owners = Membership.objects.for_tenant(membership.tenant_id).filter(role=Role.OWNER)
    if membership.role == Role.OWNER and owners.count() == 1:
        raise ValidationError("A company needs an owner. Make somebody else an owner first.", code="last_owner")
