"""A tenant's widget: its looks, the sites it may stand on, the tokens that open its door."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils import timezone

from tenants.models import Tenant
from tenants.ownership import TenantOwned, TenantOwnedQuerySet, new_id

TOKEN_LIFETIME = timedelta(days=30)  # contract §2, the troubleshooting guide
EXPIRY_WARNING = timedelta(days=7)

is_colour = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Write a colour as #rrggbb.")
is_locale = RegexValidator(
    r"^(auto|[a-z]{2,3}(-[A-Za-z0-9]{2,8})?)\Z", "Write a language such as en or pt-BR, or auto."
)
is_phone_number = RegexValidator(r"^\+[0-9][0-9 ().-]{5,29}\Z", "Write it with the country code: +44 20 7946 0018.")
is_web_address = URLValidator(schemes=["https", "http"], message="Write a web address: https://…")


class WidgetSettings(models.Model):
    """How a tenant's widget looks and behaves; an embed option beats it. No row means the defaults."""

    class Position(models.TextChoices):
        TOP_LEFT = "top-left", "Top left"
        TOP_RIGHT = "top-right", "Top right"
        BOTTOM_LEFT = "bottom-left", "Bottom left"
        BOTTOM_RIGHT = "bottom-right", "Bottom right"

    class Theme(models.TextChoices):
        AUTO = "auto", "As the visitor’s system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class PrechatField(models.TextChoices):
        NAME = "name", "Name"
        EMAIL = "email", "E-mail"

    tenant = models.OneToOneField("tenants.Tenant", on_delete=models.CASCADE, primary_key=True, related_name="widget")
    name = models.CharField(max_length=60, blank=True, help_text="Shown on top of the chat. Empty: the company's name.")
    primary_color = models.CharField(max_length=7, default="#0b5d4e", validators=[is_colour])
    position = models.CharField(max_length=16, choices=Position, default=Position.BOTTOM_RIGHT)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    greeting_message = models.CharField(max_length=500, blank=True)
    avatar_url = models.URLField(max_length=500, blank=True, validators=[is_web_address])
    header_logo_url = models.URLField(max_length=500, blank=True, validators=[is_web_address])
    header_wordmark_url = models.URLField(max_length=500, blank=True, validators=[is_web_address])
    show_branding = models.BooleanField(default=True)
    locale = models.CharField(max_length=12, default="auto", validators=[is_locale])
    prechat_required = ArrayField(models.CharField(max_length=8, choices=PrechatField), default=list, blank=True)
    human_only = models.BooleanField(default=False, help_text="People answer; no assistant does.")
    allow_missing_origin = models.BooleanField(default=False)
    away_message = models.CharField(max_length=500, blank=True)
    voice_number = models.CharField(max_length=32, blank=True, validators=[is_phone_number])
    changed_at = models.DateTimeField(auto_now=True)

    @classmethod
    def of(cls, tenant: Tenant) -> WidgetSettings:
        """The tenant's settings: its own row, or the defaults, not stored yet."""
        try:
            return tenant.widget
        except cls.DoesNotExist:
            return cls(tenant=tenant)


class AllowedDomain(TenantOwned):
    """A site on which the widget may stand. Without any, it may stand everywhere."""

    domain = models.CharField(max_length=260)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantOwnedQuerySet["AllowedDomain"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "domain"], name="one_allowed_domain_per_tenant")]

    def __str__(self) -> str:
        return self.domain


class FailedCalls(TenantOwned):
    """Calls at the widget's door that came to nothing, of one hour, one code and one site (`widgets.call_log`).

    `code` is the error's, or the reason why a message that was taken got no reply. `jti` is that of the last genuine
    token that was shown. Of the latest calls the moments and request ids are kept, the last one first.
    """

    hour = models.DateTimeField()
    code = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField()
    endpoint = models.CharField(max_length=40, help_text="Method and path below the tenant: “POST chat”.")
    host = models.CharField(max_length=253, blank=True, help_text="Empty: none was named, or there were too many.")
    jti = models.UUIDField(null=True)
    times = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    latest_at = ArrayField(models.DateTimeField())
    latest_ids = ArrayField(models.CharField(max_length=128))

    objects = TenantOwnedQuerySet["FailedCalls"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "hour", "code", "endpoint", "host"], name="one_count_of_failed_calls"
            )
        ]


class SiteSeen(TenantOwned):
    """A site on which the widget has loaded, and when it did so last."""

    host = models.CharField(max_length=253)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = TenantOwnedQuerySet["SiteSeen"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "host"], name="one_row_per_site_seen")]


class WidgetTokenQuerySet(TenantOwnedQuerySet["WidgetToken"]):
    """The words that lists of tokens are made of."""

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

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
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def expires_soon(self) -> bool:
        return self.is_valid and self.expires_at <= timezone.now() + EXPIRY_WARNING

    @property
    def lifetime(self) -> float:
        """Seconds from the first to the last moment of its validity."""
        return (self.expires_at - self.created_at).total_seconds()

    @property
    def remaining(self) -> float:
        """Seconds of its lifetime that are left."""
        return max(0.0, (self.expires_at - timezone.now()).total_seconds())

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
