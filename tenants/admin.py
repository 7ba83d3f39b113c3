"""What platform staff see of people, companies, plans and switches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tenants import audit, grain, services
from tenants.access import remember_tenant
from tenants.looking import ReadOnlyAdmin
from tenants.models import AuditEntry, Grain, Invitation, Membership, Plan, Tenant, UsagePeriod, User, Verb

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


_RIGHTS = ("email", "name", "is_active", "is_staff", "is_superuser")


def _before(row: models.Model, fields: Sequence[str]) -> dict[str, Any]:
    """What is stored of a row that is about to be saved; nothing where it is new."""
    stored = type(row)._default_manager.filter(pk=row.pk).values(*fields).first()  # noqa: SLF001  (documented)
    return stored or dict.fromkeys(fields)


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
        before = _before(obj, _RIGHTS)
        super().save_model(request, obj, form, change)
        if seen := audit.changes_of(before, obj, shown=["is_active", "is_staff", "is_superuser"]):
            audit.record_for_places(Verb.ACCOUNT_CHANGED, obj, changes=seen)
        if change and not obj.is_active:
            services.end_access(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are locked, not deleted: what they wrote keeps its author."""
        return False

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Give somebody another password; Django's own page has no transaction to record that in."""
        before = _before(User(pk=id), ["password"])
        response = super().user_change_password(request, id, form_url)
        for user in User.objects.filter(pk=id).exclude(**before):
            audit.record_for_places(Verb.ACCOUNT_PASSWORD_CHANGED, user)
        return response


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

    def save_model(self, request: HttpRequest, obj: Tenant, form: Any, change: bool) -> None:
        """With what a company may see of it: staff change plans as its owners do."""
        plan, own = _before(obj, ["plan_id", "allows_overage"]), _before(obj, ["name", "timezone"])
        super().save_model(request, obj, form, change)
        if not change:
            audit.record(Verb.COMPANY_FOUNDED, tenant=obj, target=obj)
            return
        seen = audit.changes_of(own, obj, shown=own)
        audit.record_changes(Verb.COMPANY_CHANGED, tenant=obj, changes=seen, target=obj)
        seen = audit.changes_of(plan, obj, shown=plan)
        audit.record_changes(Verb.PLAN_CHANGED, tenant=obj, changes=seen, target_id=obj.plan_id, name=obj.plan.name)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for added in formset.new_objects:
            if isinstance(added, Membership):
                name = added.user.get_full_name()
                audit.record(Verb.MEMBER_ADDED, tenant=added.tenant, target=added.user, name=name, role=str(added.role))

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

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        """What a plan holds is the platform's matter, not one company's."""
        before = _before(obj, ["name", "conversations", "knowledge_characters", "is_offered"])
        super().save_model(request, obj, form, change)
        seen = audit.changes_of(before, obj, shown=before)
        audit.record_changes(Verb.PLAN_CHANGED, tenant=None, changes=seen, target=obj)


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
        before = _before(obj, ["value"])["value"]
        super().save_model(request, obj, form, change)
        grain.record_set(obj, before)

    def delete_model(self, request: HttpRequest, obj: Grain) -> None:
        grain.remove(obj.key, tenant=obj.tenant)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Grain]) -> None:
        """Each as its own page does, in the transaction of them all."""
        with transaction.atomic():
            for row in queryset.select_related("tenant"):
                self.delete_model(request, row)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who changed what of a company's settings; read by staff, changed by nobody."""

    list_display = ("at", "tenant", "actor_name", "actor_kind", "verb", "target_name", "ip_address")
    list_filter = ("actor_kind", "target_kind")
    ordering = ("-at", "-id")
    search_fields = ("=tenant__id", "=actor_email", "=request_id", "=target_id")
    search_help_text = "The id of a company, a row or a request, or an actor’s e-mail address."
    fields = readonly_fields = (
        "at", "tenant", "verb", "actor_kind", "actor_name", "actor_email", "target_kind", "target_id", "target_name",
        "details", "ip_address", "request_id",
    )  # fmt: skip
