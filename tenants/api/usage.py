"""What the company has used of its plan."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import measures
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tenants.usage import Usage, usage


class MeasureSerializer(serializers.Serializer[Any]):
    """How much of something there is, of how much the plan holds."""

    used = serializers.IntegerField()
    limit = serializers.IntegerField()


class UsageSerializer(serializers.Serializer[Any]):
    """A month so far."""

    plan = serializers.CharField()
    conversations = serializers.IntegerField()
    limit = serializers.IntegerField()
    projected = serializers.IntegerField(help_text="Conversations by the end of the month, at the pace so far.")
    overage = serializers.IntegerField(help_text="Conversations past the plan.")
    allows_overage = serializers.BooleanField()
    starts_at = serializers.DateTimeField(source="begun", help_text="Months and days are UTC.")
    resets_at = serializers.DateTimeField()
    days_left = serializers.IntegerField(help_text="Days until then, today among them.")
    days = serializers.ListField(
        child=serializers.IntegerField(), help_text="Conversations on each day so far, from the first to today."
    )
    knowledge_characters = serializers.SerializerMethodField()

    @extend_schema_field(MeasureSerializer)
    def get_knowledge_characters(self, month: Usage) -> dict[str, int]:
        return asdict(measures.knowledge(self.context["tenant"]))


class UsageView(APIView):
    """This month's use."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_usage", responses=UsageSerializer)
    def get(self, request: ApiRequest) -> Response:
        """Show how many conversations of the plan are used, and when it starts anew."""
        tenant = request.auth.tenant
        return Response(UsageSerializer(usage(tenant), context={"tenant": tenant}).data)
