"""POST /api/conversations/{id}/outcomes; the schemas of what is told, for everybody to read."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conversations.models import Conversation
from conversations.payloads import iso
from conversations.reports import report_outcome
from tenants.authentication import ApiRequest
from tracking import schema
from tracking.models import EventType, Outcome
from tracking.outcome_serializers import EventTypeIn, RecordedOut

SCHEMA = {"type": "object"}


class OutcomesView(APIView):
    """What a conversation came to."""

    @extend_schema(operation_id="record_outcome", tags=["tracking"], request=EventTypeIn, responses=RecordedOut)
    def post(self, request: ApiRequest, pk: uuid.UUID) -> Response:
        """Record an outcome; a second one of the same type changes nothing and answers with the first."""
        seen = Conversation.objects.visible_to(request.auth.place).for_inbox()
        conversation = get_object_or_404(seen, pk=pk)
        given = EventTypeIn(data=request.data)
        given.is_valid(raise_exception=True)
        kind = given.validated_data["event_type"]
        report_outcome(conversation=conversation, event_type=kind, source="api")
        outcome = (
            Outcome.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation, type=kind).first()
        )
        return Response(
            {
                "success": True,
                "event_id": str(outcome.pk) if outcome else None,
                "event_type": kind,
                "occurred_at": iso(outcome.occurred_at) if outcome else None,
            }
        )


class SchemasView(APIView):
    """The schemas there are."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(operation_id="list_tracking_schemas", tags=["tracking"], responses={200: SCHEMA})
    def get(self, request: Request) -> Response:
        """List the schemas of all outcomes (JSON Schema, draft 2020-12)."""
        listed = [{"event_type": kind.value, "title": kind.label, "url": _url(request, kind)} for kind in EventType]
        return Response({"schemas": listed}, headers={"Access-Control-Allow-Origin": "*"})


class SchemaView(APIView):
    """The schema of one outcome's detail."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(operation_id="get_tracking_schema", tags=["tracking"], responses={200: SCHEMA})
    def get(self, request: Request, event_type: str) -> Response:
        """Show what the page's event and the webhook's `data` may hold, and nothing beside it."""
        if event_type not in EventType.values:
            raise NotFound("There is no such outcome.")
        body = {"$id": _url(request, event_type)} | schema.schema_of(event_type)
        return Response(body, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"})


def _url(request: Request, event_type: str) -> str:
    return request.build_absolute_uri(reverse("tracking_api:schema", args=[event_type]))
