"""People, what they may do where, and how they are let in."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from tenants.ownership import TenantOwned, TenantOwnedQuerySet, new_id

INVITATION_LIFETIME = timedelta(days=7)  # contract §8


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. `is_staff` makes a platform admin, who stands above tenants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("e-mail", max_length=254)
    name = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("platform admin", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="unique_user_email")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    get_short_name = get_full_name


class Role(models.TextChoices):
    """Roles in rising order; each has the rights of those before it (contract §8)."""

    AGENT = "agent", "Agent"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Admin"
    OWNER = "owner", "Owner"

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def covers(self, other: Role | str) -> bool:
        """Whether somebody with this role may do what `other` may."""
        return self.rank >= Role(other).rank


class Place(TenantOwned):
    """Where somebody who acts stands in a tenant: a person, or a program of the company's with a token of its own.

    What is done is done by a place; where no person stands in it, nothing can be assigned to it or be called “mine”.
    """

    role: models.CharField[str, str]

    class Meta:
        abstract = True

    @property
    def person(self) -> User | None:
        """Who that is, where it is a person."""
        raise NotImplementedError

    @property
    def person_id(self) -> uuid.UUID | None:
        """Their id, without asking for the row."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What colleagues and visitors see beside what is done."""
        raise NotImplementedError

    @property
    def token_label(self) -> str:
        """The name again where no person stands here: what is kept in a person's stead."""
        return "" if self.person_id else self.name

    def is_at_least(self, role: Role | str) -> bool:
        return Role(self.role).covers(role)


class MembershipQuerySet(TenantOwnedQuerySet["Membership"]):
    """The words that lists of people are made of."""

    def in_order(self) -> Self:
        return self.select_related("user").order_by("user__name", "user__email", "id")


class Membership(Place):
    """A user's place in a tenant."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, default=Role.AGENT)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="one_membership_per_tenant_and_user"),
            models.UniqueConstraint(fields=["tenant", "id"], name="membership_within_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def person(self) -> User:
        return self.user

    @property
    def person_id(self) -> uuid.UUID:
        return self.user_id

    @property
    def name(self) -> str:
        return self.user.get_full_name()


def _invitation_expiry() -> datetime:
    return timezone.now() + INVITATION_LIFETIME


class InvitationQuerySet(TenantOwnedQuerySet["Invitation"]):
    """The words that lists of invitations are made of."""

    def open(self) -> Self:
        """Not accepted yet; their time may be over."""
        return self.filter(accepted_at=None)

    def unsent(self) -> Self:
        return self.open().filter(sent_at=None, expires_at__gt=timezone.now())

    def in_order(self) -> Self:
        return self.order_by("-created_at", "-id")


class Invitation(TenantOwned):
    """A place offered by e-mail; the link (`tenants.invitations`) is valid for seven days and can be sent again."""

    email = models.EmailField("e-mail", max_length=254)
    role = models.CharField(max_length=16, choices=Role, default=Role.AGENT)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_by_token = models.CharField(
        max_length=80, blank=True, help_text="The label of the API token, where no person invited."
    )
    expires_at = models.DateTimeField(default=_invitation_expiry)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="Empty while the mail waits to go out.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "tenant",
                Lower("email"),
                condition=models.Q(accepted_at=None),
                name="one_open_invitation_per_tenant_and_email",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def inviter(self) -> str:
        """Who invites, by name; empty where that isn't known any more."""
        return self.invited_by.get_full_name() if self.invited_by else self.invited_by_token


class RefreshToken(TenantOwned):
    """One link of a chain of refresh tokens; the row's id is the token's `jti`.

    A token is used once. When a used one comes back, somebody has a copy, and the whole family is revoked.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    family = models.UUIDField(default=new_id, db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantOwnedQuerySet["RefreshToken"].as_manager()
