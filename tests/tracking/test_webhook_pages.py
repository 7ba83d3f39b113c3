"""P8, B4, S24: the pages about webhooks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks import Webhook

from tests.reading import text_of
from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import RATED, make_signed_endpoint, tell, url
from tests.world import bearer, signed_in
from tracking import pinging
from tracking.models import Attempt, Delivery, WebhookEndpoint


def test_p08_an_endpoint_is_added_and_its_secret_shown_once(admin, acme):
    assert "No endpoint yet" in text_of(admin.get(url("endpoints")))
    given = {"url": "https://Hooks.Example.com/in", "events": [RATED, "message.created"], "description": "CRM"}
    page = admin.post(url("new"), given, follow=True)
    secret = re.search(r"whsec_[\w+/=]+", text_of(page)).group()
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.tenant, endpoint.url, endpoint.follows_log) == (acme.tenant, "https://hooks.example.com/in", True)
    assert "no-store" in page["Cache-Control"]
    for path in (url("endpoints"), url("endpoint", endpoint.pk)):
        assert secret not in text_of(admin.get(path))


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://hooks.example.com/", "starts with https://"),
        ("https://127.0.0.1/", "private or reserved"),
        ("https://[::ffff:10.0.0.1]/", "private or reserved"),
        ("https://0x7f.1/", "no public host name"),
        ("https://localhost/", "no public host name"),
        ("https://user:word@hooks.example.com/", "user names and passwords"),
        ("ftp://hooks.example.com/", "starts with https://"),
        ("https://hooks.example.com:0/", "port"),
        ("https://hooks.example.com/in#crm", "never reaches a server"),
    ],
)
def test_p08_a_refused_address_is_told_why(admin, db, address, why):
    page = admin.post(url("new"), {"url": address, "events": [RATED]})
    assert page.status_code == 422
    assert why in text_of(page)
    assert not WebhookEndpoint.objects.exists()


def test_p08_events_are_changed_paused_rotated_and_deleted(admin, acme):
    endpoint, first = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    page = url("endpoint", endpoint.pk)
    assert admin.post(page, {"url": endpoint.url, "events": ["conversation.created"]}).status_code == 302
    admin.post(url("status", endpoint.pk), {"status": "paused"})
    endpoint.refresh_from_db()
    assert (endpoint.events, endpoint.status) == (["conversation.created"], "paused")
    assert "Paused" in text_of(admin.get(page))
    rotated = text_of(admin.post(url("rotation", endpoint.pk), follow=True))
    assert first not in rotated
    assert re.search(r"whsec_[\w+/=]+", rotated)
    admin.post(url("status", endpoint.pk), {"status": "active"})
    endpoint.refresh_from_db()
    assert endpoint.status == "active"
    admin.post(url("removal", endpoint.pk))
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_p08_the_test_button_shows_the_exchange_and_counts_nowhere(acme, receiver, monkeypatch):
    receiver.answers(401, text="bad signature for vera@example.com")
    endpoint, secret = make_signed_endpoint(acme.tenant, receiver.url(), status="paused")
    admin = signed_in(acme.admin)
    shown = text_of(admin.post(url("test", endpoint.pk), headers={"HX-Request": "true"}))
    for words in (
        "It did not arrive",
        "401 Unauthorized",
        "signature is wrong",
        "Connected",
        "[email]",
        "webhook.test",
    ):
        assert words in shown
    again = admin.post(url("test", endpoint.pk), headers={"HX-Request": "true"})
    assert (again.status_code, "sent a moment ago" in again["HX-Trigger"]) == (204, True)
    assert "sent a moment ago" in text_of(admin.post(url("test", endpoint.pk), follow=True))
    refused = admin.post(f"/api/webhooks/{endpoint.pk}/test", headers=bearer(acme.admin))
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    monkeypatch.setattr(pinging, "PAUSE", timedelta())
    (got,) = receiver.got
    Webhook(secret).verify(got.body.decode(), {name.lower(): value for name, value in got.headers.items()})
    attempt, delivery = Attempt.objects.get(), Delivery.objects.get()
    assert (attempt.is_test, delivery.state, delivery.is_test) == (True, "dead", True)
    health = admin.get("/api/tracking/health", headers=bearer(acme.admin)).json()
    assert health["total"]["attempts"] == 0
    receiver.answers(410)
    assert "answered so disables the endpoint" in text_of(admin.post(url("test", endpoint.pk)))
    endpoint.refresh_from_db()
    assert endpoint.status == "paused"
    told = admin.post(f"/api/webhooks/{endpoint.pk}/test", headers=bearer(acme.admin)).json()
    assert "disables the endpoint" in told["to_do"]
    receiver.answers(200)
    assert "It arrived" in text_of(admin.post(url("test", endpoint.pk)))
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (60, "The certificate is good until"),
        (13, "The certificate ends soon"),
        (-1, "certificate has expired"),
    ],
)
def test_s24_the_test_tells_how_long_the_certificate_is_good(acme, secure_server, monkeypatch, days, words):
    monkeypatch.setattr(pinging, "PAUSE", timedelta())
    server = secure_server(days)
    endpoint, _ = make_signed_endpoint(acme.tenant, server.url())
    shown = text_of(signed_in(acme.admin).post(url("test", endpoint.pk), headers={"HX-Request": "true"}))
    assert words in shown
    assert ("It arrived" in shown) is (days > 0)
    assert len(server.got) == (days > 0)
    if days > 0:
        ends = timezone.now() + timedelta(days=days)
        assert ends.strftime("%B") in shown
        told = signed_in(acme.admin).post(f"/api/webhooks/{endpoint.pk}/test", headers=bearer(acme.admin)).json()
        assert told["certificate_until"].startswith(ends.strftime("%Y-%m-"))


def test_r04_strangers_and_lower_roles_get_nothing(acme, globex):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    tell(acme.tenant)
    delivery = Delivery.objects.get()
    stranger, manager = signed_in(globex.owner), signed_in(acme.manager)
    for name in ("endpoint", "rotation", "status", "test", "replay-since", "removal"):
        ask = "get" if name == "endpoint" else "post"
        assert getattr(stranger, ask)(url(name, endpoint.pk)).status_code == 404, name
        assert getattr(manager, ask)(url(name, endpoint.pk)).status_code == 403, name
    assert stranger.get(url("delivery", delivery.pk)).status_code == 404
    assert stranger.post(url("replay", delivery.pk)).status_code == 404


@pytest.mark.parametrize("name", ["endpoints", "health", "delivery"])
def test_f05_pages_ask_the_same_number_of_questions_for_one_row_and_three(admin, acme, name):
    counts = []
    for _ in range(2):
        for _ in range(1 + 2 * len(counts)):
            endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
            log_attempts(endpoint, 2, status=500, failure="status", error="x")
        path = url(name, Delivery.objects.first().pk) if name == "delivery" else url(name)
        admin.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
