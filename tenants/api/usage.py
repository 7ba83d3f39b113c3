"""What the company has used of its plan."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tenants.usage import usage


class UsageSerializer(serializers.Serializer[Any]):
    """A month so far."""

    plan = serializers.CharField()
    conversations = serializers.IntegerField()
    limit = serializers.IntegerField()
    projected = serializers.IntegerField(help_text="Conversations by the end of the month, at the pace so far.")
    allows_overage = serializers.BooleanField()
    resets_at = serializers.DateTimeField()


class UsageView(APIView):
    """This month's use."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_usage", responses=UsageSerializer)
    def get(self, request: ApiRequest) -> Response:
        """Show how many conversations of the plan are used, and when it starts anew."""
        return Response(UsageSerializer(usage(request.auth.tenant)).data)
