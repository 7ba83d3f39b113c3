"""What platform staff see of people, companies, plans and switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tenants import grain, services
from tenants.access import remember_tenant
from tenants.models import Grain, Invitation, Membership, Plan, Tenant, UsagePeriod, User

if TYPE_CHECKING:  # at run time these take no parameter
    PeopleAdmin = UserAdmin[User]
    RowAdmin = admin.ModelAdmin[Any]
    RowInline = admin.TabularInline[Any, Any]
    GrainModelForm = forms.ModelForm[Grain]
else:
    PeopleAdmin, RowAdmin, RowInline, GrainModelForm = UserAdmin, admin.ModelAdmin, admin.TabularInline, forms.ModelForm

admin.site.site_header = "autochat platform"
admin.site.site_title = "autochat platform"
admin.site.index_title = "Platform"
# Staff sign in by the same page as everybody, with its limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)  # roles are memberships


class MembershipInline(RowInline):
    """Who belongs to a company. Roles change on its own page of people, which staff reach by “Open the dashboard”."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)
    fields = ("user", "role", "created_at")
    readonly_fields = ("created_at",)
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UsageInline(RowInline):
    """What a company used, month by month; counted by the product alone."""

    model = UsagePeriod
    extra = 0
    fields = readonly_fields = ("starts", "conversations")
    ordering = ("-starts",)
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(PeopleAdmin):
    """People, by e-mail address."""

    add_form = AdminUserCreationForm
    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_active", "last_login", "created_at")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "created_at")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Times", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Locking somebody out ends what they have open."""
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            services.end_access(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are locked, not deleted: what they wrote keeps its author."""
        return False


@admin.register(Tenant)
class TenantAdmin(RowAdmin):
    """Companies, with plan, people and use."""

    list_display = ("name", "plan", "allows_overage", "timezone", "created_at", "id")
    list_filter = ("plan", "allows_overage")
    list_select_related = ("plan",)
    search_fields = ("name", "id")
    readonly_fields = ("id", "created_at")
    inlines = (MembershipInline, UsageInline)
    actions = ("look_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A company and all its conversations don't go by a click."""
        return False

    @admin.action(description="Open the dashboard of the selected company")
    def look_at(self, request: HttpRequest, tenants: QuerySet[Tenant]) -> HttpResponse | None:
        """Stand in one company's dashboard, as its owner would see it."""
        if tenants.count() != 1:
            self.message_user(request, "Choose one company.", messages.WARNING)
            return None
        remember_tenant(request, tenants.get())
        return redirect("home")


@admin.register(Plan)
class PlanAdmin(RowAdmin):
    """What can be bought."""

    list_display = ("name", "key", "conversations", "knowledge_characters", "is_offered")
    ordering = ("conversations",)


@admin.register(Membership)
class MembershipAdmin(RowAdmin):
    """Who belongs where."""

    list_display = ("user", "tenant", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "tenant")
    search_fields = ("user__email", "user__name", "tenant__name")
    fields = readonly_fields = ("tenant", "user", "role", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(RowAdmin):
    """Open and taken invitations; made and sent by the companies themselves."""

    list_display = ("email", "tenant", "role", "sent_at", "expires_at", "accepted_at")
    list_select_related = ("tenant",)
    search_fields = ("email", "tenant__name")
    fields = readonly_fields = (
        "email", "tenant", "role", "invited_by", "sent_at", "expires_at", "accepted_at", "created_at",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(UsagePeriod)
class UsagePeriodAdmin(RowAdmin):
    """Conversations begun, by company and month."""

    list_display = ("tenant", "starts", "conversations")
    list_filter = ("starts",)
    list_select_related = ("tenant",)
    search_fields = ("tenant__name",)
    fields = readonly_fields = ("tenant", "starts", "conversations")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class GrainForm(GrainModelForm):
    """Checks a value against its key as everywhere."""

    class Meta:
        model = Grain
        fields = ("key", "value", "tenant")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "key" in data and "value" in data:
            try:
                grain.check(data["key"], data["value"])
            except ValidationError as problem:
                self.add_error("value", problem)
        return data


@admin.register(Grain)
class GrainAdmin(RowAdmin):
    """Values of keys; Settings → Grain shows them with their defaults."""

    form = GrainForm
    list_display = ("key", "tenant", "value", "changed_at", "changed_by")
    list_select_related = ("tenant", "changed_by")
    search_fields = ("key", "tenant__name")
    autocomplete_fields = ("tenant",)

    def save_model(self, request: HttpRequest, obj: Grain, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        obj.changed_by = request.user
        super().save_model(request, obj, form, change)
