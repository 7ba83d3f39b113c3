"""GET and POST /api/knowledge; GET, PATCH and DELETE /api/knowledge/{id}; GET /api/knowledge/search."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from assistants import knowledge
from assistants.models import KnowledgeSource
from assistants.models.knowledge import KnowledgeSourceQuerySet
from assistants.providers.knowledge import ENOUGH
from assistants.search import SHOWN, find_passages
from assistants.serializers import FoundSerializer, KnowledgeSerializer
from tenants.api.paging import PageSerializer, page
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role


class SourceFilter(serializers.Serializer[Any]):
    """Which sources are asked for."""

    kind = serializers.ChoiceField(choices=KnowledgeSource.Kind.choices, required=False)


class Question(serializers.Serializer[Any]):
    """What a visitor might ask."""

    q = serializers.CharField(max_length=4000)
    limit = serializers.IntegerField(default=4, min_value=1, max_value=20)


class SourcesView(APIView):
    """What the tenant's assistants know."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_knowledge",
        parameters=[PageSerializer, SourceFilter],
        responses=KnowledgeSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        """List the sources in the order of their titles."""
        asked = SourceFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        sources = _sources(request).in_order().filter(**asked.validated_data)
        return Response(page(request, "knowledge", sources, KnowledgeSerializer))

    @extend_schema(operation_id="add_knowledge", request=KnowledgeSerializer, responses={201: KnowledgeSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Add a question with its answer, or a text. It is found from now on."""
        given = KnowledgeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        source = knowledge.add_source(tenant=request.auth.tenant, **{"language": "", **given.validated_data})
        return Response(KnowledgeSerializer(source).data, status=status.HTTP_201_CREATED)


class SourceView(APIView):
    """One source."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_knowledge", responses=KnowledgeSerializer)
    def get(self, request: ApiRequest, source_id: uuid.UUID) -> Response:
        """Show a source."""
        return Response(KnowledgeSerializer(get_object_or_404(_sources(request), pk=source_id)).data)

    @extend_schema(operation_id="change_knowledge", request=KnowledgeSerializer, responses=KnowledgeSerializer)
    def patch(self, request: ApiRequest, source_id: uuid.UUID) -> Response:
        """Change a source."""
        source = get_object_or_404(_sources(request), pk=source_id)
        given = KnowledgeSerializer(source, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        return Response(KnowledgeSerializer(knowledge.change_source(source=source, **given.validated_data)).data)

    @extend_schema(operation_id="delete_knowledge", responses={204: None})
    def delete(self, request: ApiRequest, source_id: uuid.UUID) -> Response:
        """Forget a source."""
        knowledge.remove_source(source=get_object_or_404(_sources(request), pk=source_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SearchView(APIView):
    """What a question finds."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="search_knowledge", parameters=[Question], responses=FoundSerializer)
    def get(self, request: ApiRequest) -> Response:
        """Show the passages that a question finds, also those too weak to be an answer."""
        asked = Question(data=request.query_params)
        asked.is_valid(raise_exception=True)
        query, limit = asked.validated_data["q"], asked.validated_data["limit"]
        passages = find_passages(request.auth.tenant.pk, query, limit, at_least=SHOWN)
        answered = bool(passages) and passages[0].score >= ENOUGH
        shown = {"query": query, "found": answered, "passages": [asdict(passage) for passage in passages]}
        return Response(FoundSerializer(shown).data)


def _sources(request: ApiRequest) -> KnowledgeSourceQuerySet:
    return KnowledgeSource.objects.for_tenant(request.auth.tenant)
