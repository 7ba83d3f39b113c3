"""A tenant, the plan it pays for and what it has used of it."""

from __future__ import annotations

import zoneinfo

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet, new_id


class Plan(models.Model):
    """What a month costs and holds (contract §8)."""

    key = models.SlugField(primary_key=True, max_length=32)
    name = models.CharField(max_length=60)
    conversations = models.PositiveIntegerField(help_text="Conversations a calendar month.")
    knowledge_characters = models.PositiveIntegerField(
        default=500_000, help_text="Characters of text that its assistants may know."
    )
    is_offered = models.BooleanField(default=True, help_text="Owners may choose it themselves.")

    def __str__(self) -> str:
        return self.name


class Tenant(models.Model):
    """A business that uses autochat. Its id is also its widget's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    timezone = models.CharField(max_length=64, default="UTC")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, default="starter", related_name="+")
    allows_overage = models.BooleanField(default=False, help_text="Go on past the plan's limit and bill the rest.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def tzinfo(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)


def no_days() -> list[int]:
    """A month on whose days nothing began yet."""
    return [0] * 31


class UsagePeriod(TenantOwned):
    """The conversations that a tenant began in one calendar month (UTC), all together and on each of its days."""

    starts = models.DateField()
    conversations = models.PositiveIntegerField(default=0)
    days = ArrayField(models.PositiveIntegerField(), size=31, default=no_days)
    told_of = models.PositiveIntegerField(default=0, help_text="The number of which admins were last told by mail.")

    objects = TenantOwnedQuerySet["UsagePeriod"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "starts"], name="one_usage_period_per_tenant_and_month")
        ]
        indexes = [models.Index(fields=["starts"], name="usage_periods_by_month")]

    def __str__(self) -> str:
        return f"{self.starts:%Y-%m}: {self.conversations}"
