"""How the verbs' refusals leave by the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core import exceptions as django_exceptions
from django.utils import timezone
from rest_framework import exceptions


class TooManyTries(exceptions.APIException):
    """Somebody guesses."""

    status_code = 429
    default_code = "rate_limited"
    default_detail = "Too many failed tries. Wait five minutes, or reset your password."

    def __init__(self, *, limit: int, wait: int) -> None:
        super().__init__()
        self.wait = wait
        self.headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": f"{datetime.timestamp(timezone.now()) + wait:.0f}",
        }


@contextmanager
def said_by_verbs(field: str) -> Iterator[None]:
    """Turn what a verb raises into the API's words; a mistake is the field's."""
    try:
        yield
    except django_exceptions.PermissionDenied as problem:
        raise exceptions.PermissionDenied(str(problem)) from None
    except django_exceptions.ValidationError as problem:
        raise exceptions.ValidationError({field: problem.messages}) from None
