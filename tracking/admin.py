"""What the platform's staff see of webhooks: what fails and where, to look at and send again; never what was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from tenants.looking import ReadOnlyAdmin
from tracking import webhooks
from tracking.models import Attempt, Delivery, WebhookEndpoint

if TYPE_CHECKING:
    RowInline = admin.TabularInline[Any, Any]
else:
    RowInline = admin.TabularInline  # generic for the type checker only

_FAILING = Q(state=Delivery.State.PENDING, tries__gt=0)
_IN_TROUBLE = Q(status=WebhookEndpoint.Status.DISABLED) | Q(failing_since__isnull=False)


class _Trouble(admin.SimpleListFilter):
    """What fails, unless something else is asked for."""

    title = "trouble"
    parameter_name = "trouble"
    chosen: dict[str, tuple[str, Q]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, label) for key, (label, _) in self.chosen.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        everything_bad = next(iter(self.chosen.values()))
        return queryset.filter(self.chosen.get(str(self.value()), everything_bad)[1])

    def choices(self, changelist: Any) -> Any:
        """Without Django's “All”: the first of ours is what one sees first."""
        first, *others = list(super().choices(changelist))[1:]
        yield first | {"selected": not any(choice["selected"] for choice in others)}
        yield from others


class DeliveryTrouble(_Trouble):
    chosen = {
        "any": ("Failing or given up", _FAILING | Q(state=Delivery.State.DEAD)),
        "dead": ("Given up", Q(state=Delivery.State.DEAD)),
        "failing": ("Failing, tried again", _FAILING),
        "all": ("All deliveries", Q()),
    }


class EndpointTrouble(_Trouble):
    chosen = {
        "any": ("Failing or disabled", _IN_TROUBLE),
        "all": ("All endpoints", Q()),
    }


class AttemptInline(RowInline):
    """How each try went; what the other side said stays with the company."""

    model = Attempt
    fields = readonly_fields = ("number", "started_at", "duration_ms", "status_code", "failure", "error")
    ordering = ("number",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What doesn't arrive."""

    list_display = ("event_type", "tenant", "host", "state", "tries", "last_error", "created_at")
    list_filter = (DeliveryTrouble, "event_type")
    list_select_related = ("tenant", "endpoint")
    search_help_text = "The id of a delivery, an event (webhook-id), a tenant or an endpoint."
    search_fields = ("=id", "=event__id", "=tenant__id", "=endpoint__id")
    ordering = ("-id",)
    fields = (
        ("id", "tenant", "host", "event_id", "event_type"),
        ("state", "tries", "attempts", "due_at", "created_at", "finished_at"),
    )
    readonly_fields = ("host", "event_id")
    inlines = (AttemptInline,)
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Without what the test button sent; each with what its last try came to."""
        errors = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-number").values("error")
        deliveries: QuerySet[Delivery] = super().get_queryset(request).filter(is_test=False)
        return deliveries.annotate(failed_by=Subquery(errors[:1]))

    @admin.display(description="endpoint")
    def host(self, delivery: Delivery) -> str:
        """Whom it is for; the rest of the address may hold a secret."""
        return delivery.endpoint.host

    @admin.display(description="last error")
    def last_error(self, delivery: Delivery) -> str:
        """Why its last try failed, redacted as it is stored."""
        return str(getattr(delivery, "failed_by", None) or "")

    @admin.action(description="Send the selected again", permissions=["view"])
    def replay(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        """The same bytes with the same id, tried from the start."""
        count = webhooks.replay_chosen(deliveries)
        self.message_user(request, f"{count} on the way again.", messages.SUCCESS if count else messages.WARNING)


@admin.register(WebhookEndpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Whom we don't reach; no secrets."""

    list_display = ("id", "tenant", "host", "status", "failures_in_row", "failing_since", "open_until", "disabled_at")
    list_filter = (EndpointTrouble, "status")
    list_select_related = ("tenant",)
    search_fields = ("=id", "=tenant__id")
    ordering = ("-id",)
    fields = (
        ("id", "tenant", "host", "events", "created_at"),
        ("status", "disabled_reason", "disabled_at", "told_at"),
        ("failures_in_row", "failing_since", "open_until"),
    )
    readonly_fields = ("host",)
