"""The platform's switches, for its staff."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import grain, wall
from tenants.api.refusals import said_by_verbs
from tenants.authentication import ApiRequest, IsPlatformStaff
from tenants.models import Tenant

SCOPE = OpenApiParameter("tenant_id", str, description="One tenant's values; without it the platform's.")


class ScopeSerializer(serializers.Serializer[Any]):
    """Whose values are meant."""

    tenant_id = serializers.UUIDField(required=False)


class ValueSerializer(serializers.Serializer[Any]):
    """The value to set."""

    value = serializers.JSONField()


class GrainSerializer(serializers.Serializer[Any]):
    """A key as it holds in the scope."""

    key = serializers.CharField()
    value = serializers.JSONField()
    source = serializers.ChoiceField(choices=["tenant", "platform", "default"])  # type: ignore[assignment]
    default = serializers.JSONField(allow_null=True)
    about = serializers.CharField()


class GrainView(APIView):
    """All keys."""

    permission_classes = (IsPlatformStaff,)

    @extend_schema(
        operation_id="list_grain",
        parameters=[SCOPE],
        responses=inline_serializer(
            "GrainPage", {"grain": GrainSerializer(many=True), "total": serializers.IntegerField()}
        ),
    )
    @wall.lowered()
    def get(self, request: ApiRequest) -> Response:
        """List every key with the value that holds in the scope, and where that comes from."""
        found = grain.overview(_scope(request))
        return Response({"grain": GrainSerializer(found, many=True).data, "total": len(found)})


class GrainKeyView(APIView):
    """One key."""

    permission_classes = (IsPlatformStaff,)

    @extend_schema(operation_id="get_grain", parameters=[SCOPE], responses=GrainSerializer)
    @wall.lowered()
    def get(self, request: ApiRequest, key: str) -> Response:
        """Show the value that holds in the scope."""
        return Response(_shown(key, _scope(request)))

    @extend_schema(operation_id="set_grain", parameters=[SCOPE], request=ValueSerializer, responses=GrainSerializer)
    @wall.lowered()
    def put(self, request: ApiRequest, key: str) -> Response:
        """Set the key in the scope."""
        tenant = _scope(request)
        given = ValueSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            grain.check_key(key)
        except ValidationError:
            raise exceptions.NotFound from None
        with said_by_verbs("value"):
            grain.put(key, given.validated_data["value"], tenant=tenant, by=request.auth.user)
        return Response(_shown(key, tenant))

    @extend_schema(operation_id="remove_grain", parameters=[SCOPE], responses={204: None})
    @wall.lowered()
    def delete(self, request: ApiRequest, key: str) -> Response:
        """Remove the key from the scope; the next wider value holds again."""
        if not grain.remove(key, tenant=_scope(request)):
            raise exceptions.NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


def _scope(request: ApiRequest) -> Tenant | None:
    asked = ScopeSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    tenant_id = asked.validated_data.get("tenant_id")
    return None if tenant_id is None else get_object_or_404(Tenant, pk=tenant_id)


def _shown(key: str, tenant: Tenant | None) -> Any:
    for row in grain.overview(tenant):
        if row.key == key:
            return GrainSerializer(row).data
    raise exceptions.NotFound
