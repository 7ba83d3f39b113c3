"""Lists come in pages: `limit` and `offset` in, `total` out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

MAX_LIMIT = 200


class PageSerializer(serializers.Serializer[Any]):
    """Which part of a list is asked for."""

    limit = serializers.IntegerField(default=50, min_value=1, max_value=MAX_LIMIT)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=1_000_000)


def page(
    request: Request, name: str, rows: QuerySet[Any], serializer: type[serializers.BaseSerializer[Any]]
) -> dict[str, Any]:
    """The answer of a list: the rows asked for, and how many there are."""
    asked = PageSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    limit, offset = asked.validated_data["limit"], asked.validated_data["offset"]
    shown = serializer(rows[offset : offset + limit], many=True).data
    return {name: shown, "total": rows.count(), "limit": limit, "offset": offset}


def page_of(name: str, serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The shape of that answer, for the documentation."""
    number = serializers.IntegerField
    fields = {name: serializer(many=True), "total": number(), "limit": number(), "offset": number()}
    return inline_serializer(f"{serializer.__name__.removesuffix('Serializer')}Page", fields)
