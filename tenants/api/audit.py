"""GET /api/audit: who changed what of the company's settings."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.paging import PageSerializer, page, page_of
from tenants.audit.searching import STAFF, SYSTEM, Asked, find
from tenants.audit.words import actor_of, sentence
from tenants.authentication import ApiRequest, HasRole
from tenants.models import AuditEntry, Role, Subject, Verb


class AskedSerializer(serializers.Serializer[Any]):
    """Which entries are asked for."""

    q = serializers.CharField(required=False, max_length=200, help_text="Name, act, address or request id.")
    person = serializers.CharField(
        required=False, max_length=36, help_text="A user's id, an API token's, `staff` or `system`."
    )
    kind = serializers.ChoiceField(choices=Subject.choices, required=False, help_text="What was changed.")
    since = serializers.DateField(required=False, help_text="The first day, in the company's time zone.")
    until = serializers.DateField(required=False, help_text="The last day.")

    def validate_person(self, value: str) -> str:
        return value if value in (STAFF, SYSTEM) else str(serializers.UUIDField().to_internal_value(value))


class ActorSerializer(serializers.Serializer[AuditEntry]):
    """Who it was, by the names of then. Of the platform's staff no more is told than that."""

    kind = serializers.ChoiceField(source="actor_kind", choices=AuditEntry.ActorKind.choices)
    id = serializers.SerializerMethodField(help_text="A user's, or of an API token its own.")
    name = serializers.CharField(source="shown_name")
    email = serializers.SerializerMethodField(help_text="Empty for an API token, the staff and autochat itself.")

    def get_id(self, entry: AuditEntry) -> str | None:
        who = entry.actor_id or entry.actor_token_id
        return str(who) if who and entry.actor_kind != STAFF else None

    def get_email(self, entry: AuditEntry) -> str:
        return "" if entry.actor_kind == STAFF else entry.actor_email


class TargetSerializer(serializers.Serializer[AuditEntry]):
    """What it was done to, by the name of then."""

    kind = serializers.ChoiceField(source="target_kind", choices=Subject.choices)
    id = serializers.CharField(source="target_id")
    name = serializers.CharField(source="target_name")


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """One act."""

    verb = serializers.ChoiceField(choices=Verb.choices)
    actor = ActorSerializer(source="*")
    target = TargetSerializer(source="*")
    text = serializers.CharField(source="shown_text", help_text="All of it in one sentence.")
    details = serializers.DictField(
        help_text="`changes`: old and new value by field, an empty list where values aren't kept; and other facts."
    )
    ip_address = serializers.SerializerMethodField()

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "verb", "text", "actor", "target", "details", "ip_address", "request_id"]

    def get_ip_address(self, entry: AuditEntry) -> str | None:
        return None if entry.actor_kind == STAFF else entry.ip_address

    def to_representation(self, instance: AuditEntry) -> dict[str, Any]:
        instance.shown_name, instance.shown_text = actor_of(instance), sentence(instance)  # type: ignore[attr-defined]
        return super().to_representation(instance)


class AuditView(APIView):
    """What was changed."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_audit_entries",
        parameters=[AskedSerializer, PageSerializer],
        responses=page_of("entries", AuditEntrySerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List who changed what of the settings, when and from where, the newest first. Kept for 400 days."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        with timezone.override(request.auth.tenant.tzinfo):  # a day is one of theirs
            found = find(request.auth.tenant, Asked(**asked.validated_data))
        return Response(page(request, "entries", found, AuditEntrySerializer))
