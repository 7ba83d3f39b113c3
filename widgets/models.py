"""A tenant's widget: its looks, the sites it may stand on, the tokens that open its door."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from tenants.ownership import TenantOwned, TenantOwnedQuerySet, new_id

TOKEN_LIFETIME = timedelta(days=30)  # contract §2, the troubleshooting guide
EXPIRY_WARNING = timedelta(days=7)


class WidgetSettings(models.Model):
    """How a tenant's widget looks and behaves; an embed option beats it. No row means the defaults."""

    class Position(models.TextChoices):
        BOTTOM_RIGHT = "bottom-right", "Bottom right"
        BOTTOM_LEFT = "bottom-left", "Bottom left"
        TOP_RIGHT = "top-right", "Top right"
        TOP_LEFT = "top-left", "Top left"

    class Theme(models.TextChoices):
        AUTO = "auto", "As the visitor's system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class PrechatField(models.TextChoices):
        NAME = "name", "Name"
        EMAIL = "email", "E-mail"

    tenant = models.OneToOneField("tenants.Tenant", on_delete=models.CASCADE, primary_key=True, related_name="widget")
    name = models.CharField(max_length=60, blank=True, help_text="Shown on top of the chat. Empty: the company's name.")
    primary_color = models.CharField(
        max_length=7,
        default="#0b5d4e",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Write a colour as #rrggbb.")],
    )
    position = models.CharField(max_length=16, choices=Position, default=Position.BOTTOM_RIGHT)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    greeting_message = models.CharField(max_length=500, blank=True)
    avatar_url = models.URLField(max_length=500, blank=True)
    header_logo_url = models.URLField(max_length=500, blank=True)
    header_wordmark_url = models.URLField(max_length=500, blank=True)
    show_branding = models.BooleanField(default=True)
    locale = models.CharField(max_length=12, default="auto")
    prechat_required = ArrayField(models.CharField(max_length=8, choices=PrechatField), default=list, blank=True)
    human_only = models.BooleanField(default=False, help_text="People answer; no assistant does.")
    allow_missing_origin = models.BooleanField(default=False)
    away_message = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField(auto_now=True)


class AllowedDomain(TenantOwned):
    """A site on which the widget may stand. Without any, it may stand everywhere."""

    domain = models.CharField(max_length=260)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantOwnedQuerySet["AllowedDomain"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "domain"], name="one_allowed_domain_per_tenant")]

    def __str__(self) -> str:
        return self.domain


class WidgetTokenQuerySet(TenantOwnedQuerySet["WidgetToken"]):
    """The words that lists of tokens are made of."""

    def newest_first(self) -> Self:
        return self.order_by("revoked_at", "-created_at", "-id")

    def valid(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


def _default_expiry() -> datetime:
    return timezone.now() + TOKEN_LIFETIME


class WidgetToken(TenantOwned):
    """A key to the widget's door. The token itself is signed from this row (`widgets.tokens`) and not stored."""

    label = models.CharField(max_length=80)
    jti = models.UUIDField(default=new_id, unique=True, editable=False)
    prefix = models.CharField(max_length=80, editable=False)
    last4 = models.CharField(max_length=4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=_default_expiry)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_origin = models.CharField(max_length=300, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True, help_text="When admins were told that it expires soon.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = WidgetTokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="widget_token_expiry")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
