"""Changes that a caller wants made only while a row is still what they have read: `ETag` and `If-Match`."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException

from tenants.authentication import ApiRequest

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` you have read: answers 412 if it is another by now.",
)


class PreconditionFailed(APIException):
    """It isn't what the caller has read any more."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"
    default_detail = "It was changed meanwhile. Read it again and send your change with its new ETag."


def etag_of(values: Any) -> str:
    """Names what these values are."""
    return f'"{hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]}"'


def is_conditional(request: ApiRequest, etag: str) -> bool:
    """Whether the caller wants no other version changed than this one. Raises PreconditionFailed if they mean another.

    A proxy that packs answers makes strong tags weak; ours says the same either way.
    """
    wanted = parse_etags(request.headers.get("If-Match", ""))
    if not wanted or wanted == ["*"]:
        return False
    if etag not in [tag.removeprefix("W/") for tag in wanted]:
        raise PreconditionFailed
    return True
