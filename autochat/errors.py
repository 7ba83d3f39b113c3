"""The one shape in which an API error leaves the house (contract §1), and the pages for everything else."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response

from autochat import request_id

logger = structlog.get_logger("autochat.errors")

_CODES = {
    "authentication_failed": "token_invalid",
    "not_authenticated": "token_missing",
    "permission_denied": "forbidden",
    "parse_error": "invalid_request",
    "invalid": "invalid_request",
    "throttled": "rate_limited",
    "error": "server_error",
}
_MESSAGES = {
    404: ("not_found", "There is nothing at this address, or it isn't yours to see."),
    400: ("invalid_request", "The request can't be read. Check its syntax, headers and host name."),
    403: ("forbidden", "This isn't allowed. Reload the page and sign in again if it should be."),
    500: ("server_error", "Something failed on our side. Try again; if it stays, send us the request id."),
}


def envelope(*, code: str, message: str, fields: Any = None) -> dict[str, Any]:
    """The body of an error: `{"success": false, "error": {code, message, request_id, help, fields?}}`."""
    error = {
        "code": code,
        "message": message,
        "request_id": request_id.current(),
        "help": f"{settings.PUBLIC_URL}/help#{code}",
    }
    if fields:
        error["fields"] = fields
    return {"success": False, "error": error}


def _describe(exc: exceptions.APIException) -> tuple[int, dict[str, Any], dict[str, str]]:
    headers = dict(getattr(exc, "headers", {}))
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers["WWW-Authenticate"] = "Bearer"
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers.setdefault("Retry-After", str(max(1, int(wait))))
    if isinstance(exc, exceptions.ValidationError):
        fields = exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail}
        return (
            exc.status_code,
            envelope(code="invalid_request", message=_first_sentence(fields), fields=fields),
            headers,
        )
    raw = exc.get_codes()
    code = raw if isinstance(raw, str) else exc.default_code
    return exc.status_code, envelope(code=_CODES.get(code, code), message=str(exc.detail)), headers


def _first_sentence(fields: dict[str, Any]) -> str:
    """Name the first field that is wrong, and what is wrong with it."""
    name, problem = next(iter(fields.items()))
    while isinstance(problem, list | dict) and problem:
        problem = next(iter(problem.values())) if isinstance(problem, dict) else problem[0]
    return str(problem) if name == "non_field_errors" else f"{name}: {problem}"


def describe(exc: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers for whatever was raised; what isn't meant for the caller is logged, never shown."""
    if isinstance(exc, exceptions.APIException):
        return _describe(exc)
    if isinstance(exc, Http404):
        return _describe(exceptions.NotFound(_MESSAGES[404][1]))
    if isinstance(exc, PermissionDenied):
        return _describe(exceptions.PermissionDenied())
    if isinstance(exc, RequestDataTooBig):
        return 413, envelope(code="payload_too_large", message="The body is too large. Send less."), {}
    if isinstance(exc, SuspiciousOperation):
        return _describe(exceptions.ParseError(_MESSAGES[400][1]))
    logger.error("unhandled exception", exc_info=exc)
    return _describe(exceptions.APIException(_MESSAGES[500][1]))


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every exception of an API view leaves in the one shape."""
    status, body, headers = describe(exc)
    return Response(body, status=status, headers=headers)


def _error_page(request: HttpRequest, status: int) -> HttpResponse:
    code, message = _MESSAGES[status]
    if request.path.startswith("/api/"):
        return JsonResponse(envelope(code=code, message=message), status=status)
    context = {"request_id": request_id.current(), "message": message}
    return render(request, f"{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose CSRF cookie is gone: say so instead of a bare 403."""
    if request.path.startswith("/api/"):
        return _error_page(request, 403)
    return render(request, "403_csrf.html", {"request_id": request_id.current()}, status=403)
