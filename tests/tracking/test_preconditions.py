"""P8, D13: by the API, a change can be meant for the version that was read, and for no other."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.tracking.endpoints import RATED, make_signed_endpoint
from tests.world import bearer
from tracking.models import WebhookEndpoint

ADDRESS, OTHER = "https://hooks.example.com/in", "https://hooks.example.com/other"


@pytest.fixture
def endpoint(acme) -> WebhookEndpoint:
    return make_signed_endpoint(acme.tenant, ADDRESS, description="CRM")[0]


def call(who, method: str, path: str, data: object = None, **headers: str):
    client = Client(raise_request_exception=False)
    return getattr(client, method)(path, data, content_type="application/json", headers=bearer(who) | headers)


def test_p08_the_api_takes_a_precondition_and_needs_none(acme, endpoint):
    path = f"/api/webhooks/{endpoint.pk}"
    seen = call(acme.admin, "get", path)["ETag"]
    changed = call(acme.owner, "patch", path, {"description": "Sales"})
    assert (changed.status_code, changed["ETag"] != seen) == (200, True)
    refused = call(acme.admin, "patch", path, {"url": OTHER}, **{"If-Match": seen})
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "precondition_failed")
    assert call(acme.admin, "delete", path, **{"If-Match": seen}).status_code == 412
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.description) == (ADDRESS, "Sales")
    now = call(acme.admin, "get", path)["ETag"]
    assert now == changed["ETag"]
    taken = call(acme.admin, "patch", path, {"url": OTHER}, **{"If-Match": f'"other", W/{now}'})
    assert (taken.status_code, taken.json()["url"]) == (200, OTHER)
    assert call(acme.admin, "patch", path, {"status": "paused"}, **{"If-Match": "*"}).status_code == 200
    assert call(acme.admin, "patch", path, {"status": "active"}).status_code == 200
    assert call(acme.admin, "delete", path, **{"If-Match": taken["ETag"]}).status_code == 204


def test_p08_an_endpoint_is_another_once_it_is_paused(acme, endpoint):
    made = call(acme.admin, "post", "/api/webhooks", {"url": OTHER, "events": [RATED]})
    path = f"/api/webhooks/{made.json()['id']}"
    assert made["ETag"] == call(acme.admin, "get", path)["ETag"]
    WebhookEndpoint.objects.update(status="disabled")
    refused = call(acme.admin, "patch", path, {"description": "x"}, **{"If-Match": made["ETag"]})
    assert refused.status_code == 412


def test_d13_qualification_by_the_api_takes_a_precondition_too(acme):
    path = "/api/tracking/qualification"
    first, second = ({"fields": [{"key": key, "label": key, "type": "text"}], "criteria": None} for key in "ab")
    seen = call(acme.admin, "get", path)["ETag"]
    put = call(acme.admin, "put", path, first, **{"If-Match": seen})
    assert (put.status_code, put["ETag"]) == (200, call(acme.owner, "get", path)["ETag"])
    refused = call(acme.owner, "put", path, second, **{"If-Match": seen})
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "precondition_failed")
    assert call(acme.admin, "get", path).json()["fields"][0]["key"] == "a"
    assert call(acme.owner, "put", path, second).status_code == 200
