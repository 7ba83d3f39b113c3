"""What platform staff see of assistants and knowledge: enough to help, no keys, nothing to change by accident."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from assistants import prices
from assistants.models import Assistant, Budget, BudgetPeriod, KnowledgeSource, ModelPrice, ProviderKey
from tenants.looking import ModelAdmin, ReadOnlyAdmin


@admin.register(Assistant)
class AssistantAdmin(ReadOnlyAdmin):
    """Who answers for whom."""

    list_display = ("name", "tenant", "provider", "model", "is_default_chat", "is_default", "active", "changed_at")
    list_filter = ("provider", "active")
    search_fields = ("name", "tenant__name")


@admin.register(KnowledgeSource)
class KnowledgeSourceAdmin(ReadOnlyAdmin):
    """What assistants know."""

    list_display = ("title", "tenant", "kind", "language", "status", "characters", "changed_at")
    list_filter = ("kind", "status")
    search_fields = ("title", "tenant__name")


@admin.register(ProviderKey)
class ProviderKeyAdmin(ReadOnlyAdmin):
    """Which keys there are; the sealed bytes are not shown either."""

    list_display = ("label", "tenant", "provider", "last4", "created_at")
    search_fields = ("label", "tenant__name")
    exclude = ("sealed",)


@admin.register(ModelPrice)
class ModelPriceAdmin(ModelAdmin):
    """What models cost; the one thing here that staff keep up to date."""

    list_display = ("name", "input_price", "output_price", "used_by", "changed_at")
    list_editable = ("input_price", "output_price")
    ordering = ("name",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelPrice]:
        """With how many assistants ask a model whose name begins so."""
        theirs = Assistant.objects.filter(active=True, model__istartswith=OuterRef("name")).order_by()
        counted = theirs.annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number")
        rows: QuerySet[ModelPrice] = super().get_queryset(request)
        return rows.annotate(users=Coalesce(Subquery(counted), 0))

    @admin.display(description="Assistants", ordering="users")
    def used_by(self, price: Any) -> int:
        """Assistants in use whose model's name begins like this."""
        return int(price.users)

    def save_model(self, request: HttpRequest, obj: ModelPrice, form: Any, change: bool) -> None:
        """Names are compared without case, so they are kept so; this process knows the new price at once."""
        obj.name = obj.name.strip().lower()
        super().save_model(request, obj, form, change)
        prices.forget()


@admin.register(Budget)
class BudgetAdmin(ReadOnlyAdmin):
    """What companies let their assistants spend."""

    list_display = ("tenant", "micros", "tokens", "changed_at")
    search_fields = ("tenant__name",)


@admin.register(BudgetPeriod)
class BudgetPeriodAdmin(ReadOnlyAdmin):
    """What is used of budgets, month by month."""

    list_display = ("tenant", "starts", "micros", "tokens")
    list_filter = ("starts",)
    search_fields = ("tenant__name",)
