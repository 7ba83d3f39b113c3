"""GET and POST /api/knowledge; GET, PATCH and DELETE /api/knowledge/{id}, its pages, and GET /api/knowledge/search."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from assistants import knowledge
from assistants.capacity import KnowledgeFull
from assistants.knowledge_serializers import (
    WRITTEN,
    DocumentSerializer,
    FoundSerializer,
    KnowledgeSerializer,
    UploadSerializer,
)
from assistants.models import KnowledgeDocument, KnowledgeSource
from assistants.models.knowledge import KnowledgeSourceQuerySet
from assistants.providers.knowledge import ENOUGH
from assistants.retrieval import explained
from tenants.api.paging import PageSerializer, page, page_of
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role

FORM_MOST = knowledge.FILE_MOST + 64 * 1024
"""Bytes of a form with a file in it."""


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
    parser_classes = (*APIView.parser_classes, MultiPartParser)

    @extend_schema(
        operation_id="list_knowledge",
        parameters=[PageSerializer, SourceFilter],
        responses=page_of("knowledge", KnowledgeSerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List the sources in the order of their titles."""
        asked = SourceFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        sources = _sources(request).in_order().filter(**asked.validated_data)
        return Response(page(request, "knowledge", sources, KnowledgeSerializer))

    @extend_schema(
        operation_id="add_knowledge",
        request={"application/json": KnowledgeSerializer, "multipart/form-data": UploadSerializer},
        responses={201: KnowledgeSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        """Add a question with its answer, a text, a page or a site as JSON, or a file as multipart/form-data.

        Questions and texts are found from now on. Files, pages and sites wait to be read: `status` tells.
        """
        is_form = request.content_type.startswith(MultiPartParser.media_type)
        with _room_said("file" if is_form else "body"):
            source = _add_file(request) if is_form else _add(request)
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
        with _room_said("body"):
            knowledge.change_source(source=source, **given.validated_data)
        return Response(KnowledgeSerializer(get_object_or_404(_sources(request), pk=source_id)).data)

    @extend_schema(operation_id="delete_knowledge", responses={204: None})
    def delete(self, request: ApiRequest, source_id: uuid.UUID) -> Response:
        """Forget a source."""
        knowledge.remove_source(source=get_object_or_404(_sources(request), pk=source_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReadingView(APIView):
    """Another reading of a source."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="read_knowledge_again", request=None, responses={202: KnowledgeSerializer})
    def post(self, request: ApiRequest, source_id: uuid.UUID) -> Response:
        """Have a file, page or site read once more; nothing happens where that is on its way."""
        source = get_object_or_404(_sources(request).exclude(kind__in=WRITTEN), pk=source_id)
        knowledge.read_again(source=source)
        source = get_object_or_404(_sources(request), pk=source_id)
        return Response(KnowledgeSerializer(source).data, status=status.HTTP_202_ACCEPTED)


class DocumentsView(APIView):
    """The pages of a source."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_knowledge_pages",
        parameters=[PageSerializer],
        responses=page_of("pages", DocumentSerializer),
    )
    def get(self, request: ApiRequest, source_id: uuid.UUID) -> Response:
        """List the pages that were found, in that order: which were read, and why others weren't."""
        source = get_object_or_404(_sources(request), pk=source_id)
        documents = KnowledgeDocument.objects.for_tenant(request.auth.tenant).filter(source=source)
        return Response(page(request, "pages", documents.in_order().defer("text"), DocumentSerializer))


class SearchView(APIView):
    """What a question finds."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="search_knowledge", parameters=[Question], responses=FoundSerializer)
    def get(self, request: ApiRequest) -> Response:
        """Show the passages that a question finds, also those too weak to be an answer."""
        asked = Question(data=request.query_params)
        asked.is_valid(raise_exception=True)
        query, limit = asked.validated_data["q"], asked.validated_data["limit"]
        passages = explained(request.auth.tenant, query, limit)
        answered = any(passage.score >= ENOUGH for passage in passages)
        shown = {"query": query, "found": answered, "passages": [asdict(passage) for passage in passages]}
        return Response(FoundSerializer(shown).data)


def _add(request: ApiRequest) -> KnowledgeSource:
    given = KnowledgeSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    fields = {"language": "", "kind": KnowledgeSource.Kind.FAQ, **given.validated_data}
    add = knowledge.add_source if fields["kind"] in WRITTEN else knowledge.add_address
    return add(tenant=request.auth.tenant, **fields)


def _add_file(request: ApiRequest) -> KnowledgeSource:
    if int(request.META.get("CONTENT_LENGTH") or 0) > FORM_MOST:
        raise RequestDataTooBig
    given = UploadSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    fields = given.validated_data
    fields.pop("kind")
    file = fields.pop("file")
    return knowledge.add_file(tenant=request.auth.tenant, name=file.name, data=file.read(), **fields)


@contextmanager
def _room_said(field: str) -> Iterator[None]:
    """A plan without room is what is wrong with this field."""
    try:
        yield
    except KnowledgeFull as problem:
        raise serializers.ValidationError({field: [str(problem)]}) from None


def _sources(request: ApiRequest) -> KnowledgeSourceQuerySet:
    return KnowledgeSource.objects.for_tenant(request.auth.tenant).with_counts()
