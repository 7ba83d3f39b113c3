"""GET and POST /api/assistants; GET, PATCH and DELETE /api/assistants/{id}."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from assistants import roster
from assistants.models import Assistant
from assistants.models.assistant import AssistantQuerySet
from assistants.serializers import AssistantSerializer
from tenants.api.paging import PageSerializer, page, page_of
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role


class AssistantsView(APIView):
    """The tenant's assistants."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_assistants",
        parameters=[PageSerializer],
        responses=page_of("assistants", AssistantSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List the assistants, those who answer first on top."""
        return Response(page(request, "assistants", _assistants(request).in_order(), AssistantSerializer))

    @extend_schema(operation_id="add_assistant", request=AssistantSerializer, responses={201: AssistantSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Add an assistant."""
        given = AssistantSerializer(data=request.data, context={"tenant": request.auth.tenant})
        given.is_valid(raise_exception=True)
        assistant = Assistant(tenant=request.auth.tenant, **given.validated_data)
        roster.save_assistant(assistant, by=request.auth.place)
        return Response(AssistantSerializer(assistant).data, status=status.HTTP_201_CREATED)


class AssistantView(APIView):
    """One assistant."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_assistant", responses=AssistantSerializer)
    def get(self, request: ApiRequest, assistant_id: uuid.UUID) -> Response:
        """Show an assistant."""
        return Response(AssistantSerializer(get_object_or_404(_assistants(request), pk=assistant_id)).data)

    @extend_schema(operation_id="change_assistant", request=AssistantSerializer, responses=AssistantSerializer)
    def patch(self, request: ApiRequest, assistant_id: uuid.UUID) -> Response:
        """Change an assistant, for visitors too and at once: a change is published as a version of its own.

        What isn't published yet in the draft of its page stays there. A default that it becomes is taken from the one
        that had it.
        """
        assistant = get_object_or_404(_assistants(request), pk=assistant_id)
        context = {"tenant": request.auth.tenant}
        given = AssistantSerializer(assistant, data=request.data, partial=True, context=context)
        given.is_valid(raise_exception=True)
        for name, value in given.validated_data.items():
            setattr(assistant, name, value)
        return Response(AssistantSerializer(roster.save_assistant(assistant, by=request.auth.place)).data)

    @extend_schema(operation_id="delete_assistant", responses={204: None})
    def delete(self, request: ApiRequest, assistant_id: uuid.UUID) -> Response:
        """Delete an assistant; what it wrote stays in the transcripts. `active: false` archives it instead."""
        roster.delete_assistant(assistant=get_object_or_404(_assistants(request), pk=assistant_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _assistants(request: ApiRequest) -> AssistantQuerySet:
    return Assistant.objects.for_tenant(request.auth.tenant)
