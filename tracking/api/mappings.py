"""GET and PUT /api/tracking/mappings[/{event_type}]."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tracking import mappings
from tracking.models import EventType, OutcomeMapping
from tracking.outcome_serializers import MappingSerializer, MappingsSerializer


class MappingsView(APIView):
    """What is told of each kind of outcome, and whom."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="list_mappings", tags=["tracking"], responses=MappingsSerializer)
    def get(self, request: ApiRequest) -> Response:
        """Show all eight; where nothing was set, page and webhooks are told."""
        return Response({"mappings": MappingSerializer(mappings.all_of(request.auth.tenant), many=True).data})

    @extend_schema(
        operation_id="change_mappings", tags=["tracking"], request=MappingsSerializer, responses=MappingsSerializer
    )
    @transaction.atomic
    def put(self, request: ApiRequest) -> Response:
        """Change those that are sent; all of them or, where one is wrong, none."""
        sent = request.data.get("mappings") if isinstance(request.data, dict) else None
        if not isinstance(sent, list) or len(sent) > len(EventType):
            raise ValidationError({"mappings": ["This must be a list of mappings."]})
        for place, entry in enumerate(sent):
            kind = entry.get("event_type") if isinstance(entry, dict) else None
            if kind not in EventType.values:
                raise ValidationError({f"mappings[{place}].event_type": ["There is no such outcome."]})
            _change(request, kind, entry, f"mappings[{place}].")
        return self.get(request)


class MappingView(APIView):
    """What is told of one kind of outcome."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_mapping", tags=["tracking"], responses=MappingSerializer)
    def get(self, request: ApiRequest, event_type: str) -> Response:
        """Show it."""
        return Response(MappingSerializer(_mapping(request, event_type)).data)

    @extend_schema(
        operation_id="change_mapping", tags=["tracking"], request=MappingSerializer, responses=MappingSerializer
    )
    def put(self, request: ApiRequest, event_type: str) -> Response:
        """Change it; what isn't sent stays."""
        return Response(MappingSerializer(_change(request, event_type, request.data)).data)


def _mapping(request: ApiRequest, event_type: str) -> OutcomeMapping:
    if event_type not in EventType.values:
        raise NotFound("There is no such outcome.")
    return mappings.find(request.auth.tenant.pk, event_type)


def _change(request: ApiRequest, event_type: str, data: Any, path: str = "") -> OutcomeMapping:
    given = MappingSerializer(_mapping(request, event_type), data=data, partial=True)
    if not given.is_valid():
        raise ValidationError({f"{path}{name}": words for name, words in given.errors.items()})
    return mappings.save(request.auth.tenant.pk, event_type, given.validated_data)
