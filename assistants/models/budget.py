"""What a tenant lets its assistants spend, what they have spent, and what models cost."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet

MICROS = 1_000_000
"""Money is counted in millionths of a US dollar: whole numbers, so that nothing is lost in adding up."""


class Budget(TenantOwned):
    """What a tenant's model calls may cost in a calendar month (UTC). No row, or a row of nothing: no limit."""

    micros = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    tokens = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    changed_at = models.DateTimeField(auto_now=True)

    objects = TenantOwnedQuerySet["Budget"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_budget_per_tenant")]


class BudgetPeriod(TenantOwned):
    """What is used of a month's budget: calls that are over at their cost, calls in flight at the most they can cost.

    The share of a call whose process died stays counted: its provider may well have charged for it.
    """

    starts = models.DateField()
    micros = models.BigIntegerField(default=0)
    tokens = models.BigIntegerField(default=0)

    objects = TenantOwnedQuerySet["BudgetPeriod"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "starts"], name="one_budget_period_per_tenant_and_month")
        ]


class ModelPrice(models.Model):
    """What a model costs, by the beginning of its name; the longest beginning that fits counts."""

    name = models.CharField(max_length=120, unique=True, help_text="A model’s name or its beginning, such as gpt-4o.")
    input_price = models.DecimalField(
        max_digits=12, decimal_places=4, validators=[MinValueValidator(0)], help_text="US dollars per million tokens."
    )
    output_price = models.DecimalField(
        max_digits=12, decimal_places=4, validators=[MinValueValidator(0)], help_text="US dollars per million tokens."
    )
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
