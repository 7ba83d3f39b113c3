"""API tokens: what a company's own programs call the dashboard API with."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Self

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from tenants.models.people import Membership, Place, Role, User
from tenants.ownership import TenantOwnedQuerySet

GRANTABLE: Final = (Role.AGENT, Role.MANAGER, Role.ADMIN)
"""A plan and who owns a company are for people alone."""

ROLES: Final = [(role.value, role.label) for role in GRANTABLE]

EXPIRY_WARNING: Final = timedelta(days=7)


class ApiTokenQuerySet(TenantOwnedQuerySet["ApiToken"]):
    """The words that lists of tokens are made of."""

    def kept(self) -> Self:
        """Not revoked; their time may be over."""
        return self.filter(revoked_at=None)

    def live(self) -> Self:
        """What opens the door now."""
        return self.kept().filter(models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()))

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def with_issuer(self) -> Self:
        """With who issued it, and the role they have in the company today: None where they have left."""
        place = Membership.objects.filter(tenant=models.OuterRef("tenant"), user=models.OuterRef("created_by"))
        return self.select_related("created_by").annotate(issuer_role=models.Subquery(place.values("role")[:1]))


class ApiToken(Place):
    """A place for a program: the company's, not that of whoever issued it. Of the token only a hash is kept."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        EXPIRED = "expired", "Expired"
        REVOKED = "revoked", "Revoked"

    role = models.CharField(max_length=16, choices=ROLES)
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the token, in hex.")
    prefix = models.CharField(max_length=8, editable=False)
    last4 = models.CharField(max_length=4, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, help_text="Empty: it is good until somebody revokes it.")
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True, help_text="When admins were told that it expires soon.")

    objects = ApiTokenQuerySet.as_manager()

    issuer_role: str | None  # of `with_issuer`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="api_token_within_tenant"),
            models.UniqueConstraint(
                "tenant", Lower("label"), condition=models.Q(revoked_at=None), name="one_api_token_per_tenant_and_label"
            ),
            models.CheckConstraint(condition=models.Q(role__in=GRANTABLE), name="api_token_is_no_owner"),
        ]
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="api_token_newest"),
            models.Index(fields=["expires_at"], name="api_token_expiry"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def person(self) -> None:
        return None

    @property
    def person_id(self) -> None:
        return None

    @property
    def name(self) -> str:
        return self.label

    @property
    def is_issued_by_staff(self) -> bool:
        """The platform's, whose names a company isn't told. Asks for rows `with_issuer`."""
        return self.created_by is not None and self.created_by.is_staff and self.issuer_role is None

    @property
    def issuer_problem(self) -> str:
        """Why somebody should look at it who may have kept a copy of it; empty where nothing is the matter."""
        if self.is_issued_by_staff:
            return ""
        if self.issuer_role is None:
            return "who left"
        if self.created_by is not None and not self.created_by.is_active:
            return "who is locked out"
        return "" if Role(self.issuer_role).covers(self.role) else f"now {Role(self.issuer_role).label.lower()}"

    @property
    def hint(self) -> str:
        """What tells it from others without giving it away: `ac_1aB3…x9Yz`."""
        return f"{self.prefix}…{self.last4}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def expires_soon(self) -> bool:
        now = timezone.now()
        return self.expires_at is not None and now < self.expires_at <= now + EXPIRY_WARNING

    @property
    def state(self) -> State:
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.EXPIRED if self.has_expired else self.State.ACTIVE
