"""S4, contract §2: preflights, and that a page can read what it is told, refusals too."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.widgets.door import SITE, Door, code_of
from widgets.models import AllowedDomain

PATHS = {"config": "GET", "messages": "GET", "track": "POST", "voice/start": "POST", "chat": "POST", "stream": "GET"}


def _preflight(tenant, path, origin=SITE):
    return Client().options(
        f"/api/widgets/{tenant.pk}/{path}",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": PATHS[path],
            "Access-Control-Request-Headers": "authorization",
        },
    )


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("chat", "stream")])
def test_s04_preflight_is_answered_without_a_token_and_kept_for_a_day(acme, path):
    response = _preflight(acme.tenant, path)
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == SITE
    assert PATHS[path] in response["Access-Control-Allow-Methods"]
    allowed = response["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("authorization", "content-type", "last-event-id", "x-request-id"))
    assert response["Access-Control-Max-Age"] == "86400"
    assert "Origin" in response["Vary"]
    assert "Access-Control-Allow-Credentials" not in response


def test_s04_answers_name_the_origin_and_show_what_a_widget_needs(acme):
    response = Door(acme).get("config")
    assert response["Access-Control-Allow-Origin"] == SITE
    exposed = response["Access-Control-Expose-Headers"]
    assert all(name in exposed for name in ("X-Request-ID", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Reset"))
    assert "Origin" in response["Vary"]


def test_s04_without_an_origin_nothing_is_allowed(acme):
    response = Door(acme, origin=None).get("config")
    assert "Access-Control-Allow-Origin" not in response
    assert "Origin" in response["Vary"]


def test_s06_refusals_can_be_read_by_the_page_that_gets_them(acme):
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.com")
    stranger = Door(acme, origin="https://evil.example").get("config")
    assert code_of(stranger) == (403, "domain_not_authorized")
    assert stranger["Access-Control-Allow-Origin"] == "https://evil.example"
    forged = Door(acme, token="nonsense").get("config")
    assert code_of(forged) == (401, "token_invalid")
    assert forged["Access-Control-Allow-Origin"] == SITE
    assert forged["Cache-Control"] == "no-store"
    wrong = Door(acme).post("config", {})
    assert code_of(wrong) == (405, "method_not_allowed")
    assert wrong["Access-Control-Allow-Origin"] == SITE
