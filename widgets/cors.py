"""Who may call the widget's door from a browser, and read what it answers.

Answers to sites that aren't on the tenant's list are refusals (403 `domain_not_authorized`), and a refusal has to be
readable: a browser hides an answer without these headers from the page, and the widget could not say why it is silent.
So the headers name whoever asks, and what is kept from a site that isn't listed is the content, which it never gets.
For the same reason a preflight, which carries no token, is answered the same way to everybody. Nothing here rests on
cookies: `Access-Control-Allow-Credentials` is never sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.http.response import HttpResponseBase

ALLOWED_HEADERS = "Authorization, Content-Type, Last-Event-ID, X-Request-ID"
EXPOSED_HEADERS = "X-Request-ID, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
PREFLIGHT_LIFETIME = 24 * 60 * 60  # seconds, contract §2


def cors_headers(origin: str | None) -> dict[str, str]:
    """The headers of every answer at the widget's door. Without an origin only that they depend on one."""
    headers = {"Vary": "Origin"}
    if origin:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    return headers


def preflight(origin: str | None, methods: str) -> HttpResponse:
    """Answer an `OPTIONS` request: 204, and what may follow. `methods` is a list such as `"GET, OPTIONS"`."""
    response = HttpResponse(status=204, headers={"Allow": methods})
    del response["Content-Type"]
    add_cors(response, origin)
    if origin:
        response["Access-Control-Allow-Methods"] = methods
        response["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
        response["Access-Control-Max-Age"] = str(PREFLIGHT_LIFETIME)
    return response


def add_cors(response: HttpResponseBase, origin: str | None) -> None:
    """Put the headers on an answer that is already made."""
    headers: Mapping[str, str] = cors_headers(origin)
    for name, value in headers.items():
        if name == "Vary" and response.has_header("Vary"):
            value = ", ".join(dict.fromkeys([*response["Vary"].split(", "), "Origin"]))  # noqa: PLW2901  (one loop, one rule)
        response[name] = value
