"""The tokens of people: a short access token for each call, a refresh token that is used once for the next pair."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tenants import access, tokens, wall
from tenants.models import Membership, Place, RefreshToken, Role, Tenant, User
from tenants.ownership import new_id

ACCESS = "access"
REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Access:
    """Who calls, and in which tenant. The role is as the database has it now, not as it was at sign-in."""

    place: Place
    tenant: Tenant

    @property
    def role(self) -> Role:
        return Role(self.place.role)

    @property
    def user(self) -> User | None:
        """The person who calls; None where it is a program with a token of the company's."""
        return self.place.person


@dataclass(frozen=True, slots=True)
class PersonalAccess(Access):
    """A person calls, until then."""

    place: Membership
    expires_at: datetime

    @property
    def user(self) -> User:
        return self.place.user


@dataclass(frozen=True, slots=True)
class Pair:
    """What signing in gives."""

    access: str
    refresh: str
    membership: Membership


def issue_access(membership: Membership) -> str:
    """A fresh access token for the member."""
    return tokens.sign(ACCESS, _claims(membership, new_id(), timezone.now() + settings.ACCESS_TOKEN_LIFETIME))


def issue_pair(membership: Membership, *, family: uuid.UUID | None = None) -> Pair:
    """An access token and the refresh token that follows it, in a family of its own unless one is given."""
    row = RefreshToken.objects.create(
        tenant=membership.tenant,
        user=membership.user,
        family=family or new_id(),
        expires_at=timezone.now() + settings.REFRESH_TOKEN_LIFETIME,
    )
    refresh = tokens.sign(REFRESH, _claims(membership, row.id, row.expires_at))
    return Pair(access=issue_access(membership), refresh=refresh, membership=membership)


def read_access(token: str) -> PersonalAccess:
    """Who an access token speaks for; raises TokenInvalid, TokenExpired or TokenRevoked. One query."""
    claims = tokens.read(token, ACCESS)
    membership = _holder(claims)
    return PersonalAccess(
        place=membership,
        tenant=membership.tenant,
        expires_at=datetime.fromtimestamp(claims["exp"], tz=UTC),
    )


def refresh(token: str) -> Pair:
    """The next pair for a refresh token, which is used up by it.

    A token that was used before means that somebody has a copy: the whole family ends, thief's and owner's alike.
    """
    claims = tokens.read(token, REFRESH)
    membership = _holder(claims)
    jti = tokens.uuid_claim(claims, "jti")
    with transaction.atomic():
        row = RefreshToken.objects.for_tenant(membership.tenant).select_for_update().filter(pk=jti).first()
        if row is not None and row.revoked_at is None and row.used_at is None:
            row.used_at = timezone.now()
            row.save(update_fields=["used_at"])
            return issue_pair(membership, family=row.family)
        if row is not None and row.used_at is not None:
            _revoke(RefreshToken.objects.for_tenant(membership.tenant).filter(family=row.family))
    raise tokens.TokenRevoked


def revoke_refresh_tokens(user: User, tenant: Tenant | None = None) -> None:
    """End the user's refresh tokens, in one tenant or everywhere."""
    rows = RefreshToken.objects.filter(user=user)
    _revoke(rows if tenant is None else rows.for_tenant(tenant))


def _revoke(rows: Any) -> None:
    rows.filter(revoked_at=None).update(revoked_at=timezone.now())


def _claims(membership: Membership, jti: uuid.UUID, expires_at: datetime) -> dict[str, Any]:
    return {
        "sub": str(membership.user_id),
        "aud": membership.tenant_id,
        "jti": jti,
        "iat": timezone.now(),
        "exp": expires_at,
        "key": _fingerprint(membership.user),
    }


def _holder(claims: dict[str, Any]) -> Membership:
    """The member that the claims name, if that still holds: in the tenant, not locked, same password."""
    user_id, tenant_id = tokens.uuid_claim(claims, "sub"), tokens.uuid_claim(claims, "aud")
    members = Membership.objects.for_tenant(tenant_id).select_related("user", "tenant")
    with wall.around(tenant_id):
        membership = members.filter(user=user_id).first() or _staff_place(user_id, tenant_id)
    if membership is None or not membership.user.is_active or claims.get("key") != _fingerprint(membership.user):
        raise tokens.TokenRevoked
    return membership


def _staff_place(user_id: uuid.UUID, tenant_id: uuid.UUID) -> Membership | None:
    staff = User.objects.filter(pk=user_id, is_staff=True).first()
    return None if staff is None else access.staff_membership(staff, tenant_id)


def _fingerprint(user: User) -> str:
    """Changes with the password, so that a new password ends every token given for the old one."""
    return user.get_session_auth_hash()[:16]
