"""P8: the platform's staff see which deliveries and endpoints fail, of all companies, and send again; nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.models import AuditEntry
from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import make_signed_endpoint
from tests.world import signed_in
from tracking.models import Delivery, WebhookEndpoint

DELIVERIES, ENDPOINTS = "/admin/tracking/delivery/", "/admin/tracking/webhookendpoint/"
FAILED = {"status": 503, "failure": "status", "error": "The server answered 503."}


@pytest.fixture
def staff(world):
    return signed_in(world.staff)


@pytest.fixture
def endpoint(acme):
    return make_signed_endpoint(acme.tenant, "https://hooks.example.com/in/secret-path")[0]


def rows(page) -> set[object]:
    return {row.pk for row in page.context["cl"].result_list}


def test_p08_the_list_begins_with_what_fails_and_shows_the_rest_when_asked(staff, endpoint, globex):
    theirs = make_signed_endpoint(globex.tenant, "https://globex.example/")[0]
    dead, failing = (one.delivery_id for one in log_attempts(endpoint, 2, **FAILED))
    Delivery.objects.filter(pk=dead).update(state="dead")
    log_attempts(endpoint, is_test=True, **FAILED)
    (other,) = log_attempts(theirs, **FAILED)
    (fine,) = log_attempts(endpoint)
    first = staff.get(DELIVERIES)
    assert rows(first) == {dead, failing, other.delivery_id}
    assert first.content.decode().count("The server answered 503.") == 3
    assert "Deliverys" not in first.content.decode()
    assert rows(staff.get(DELIVERIES, {"trouble": "dead"})) == {dead}
    assert rows(staff.get(DELIVERIES, {"trouble": "failing"})) == {failing, other.delivery_id}
    assert fine.delivery_id in rows(staff.get(DELIVERIES, {"trouble": "all"}))
    assert rows(staff.get(ENDPOINTS)) == set()
    WebhookEndpoint.objects.filter(pk=theirs.pk).update(failing_since=timezone.now())
    assert rows(staff.get(ENDPOINTS)) == {theirs.pk}
    assert rows(staff.get(ENDPOINTS, {"trouble": "all", "q": str(endpoint.pk)})) == {endpoint.pk}


def test_p08_a_row_shows_each_try_but_no_secret_and_changes_nothing(staff, endpoint):
    (one,) = log_attempts(endpoint, response="what the other side said", **FAILED)
    for page in (f"{DELIVERIES}{one.delivery_id}/change/", f"{ENDPOINTS}{endpoint.pk}/change/", DELIVERIES, ENDPOINTS):
        shown = staff.get(page).content.decode()
        assert "hooks.example.com" in staff.get(page, {"trouble": "all"}).content.decode()
        assert not any(secret in shown for secret in ("secret-path", "sealed", "what the other side said"))
        assert "<script>" not in shown
    assert "The server answered 503." in staff.get(f"{DELIVERIES}{one.delivery_id}/change/").content.decode()
    assert staff.post(f"{ENDPOINTS}{endpoint.pk}/change/", {"status": "paused"}).status_code == 403
    assert staff.post(f"{DELIVERIES}{one.delivery_id}/delete/", {"post": "yes"}).status_code == 403


def test_p08_the_chosen_are_sent_again_but_not_what_is_in_the_air(staff, acme, endpoint):
    chosen, flying, left = (one.delivery_id for one in log_attempts(endpoint, 3, **FAILED))
    Delivery.objects.update(state="dead", tries=10)
    Delivery.objects.filter(pk=flying).update(state="pending", lease=acme.tenant.pk)
    act = {"action": "replay", "_selected_action": [str(chosen), str(flying)]}
    assert "1 on the way again." in staff.post(DELIVERIES, act, follow=True).content.decode()
    states = dict(Delivery.objects.values_list("pk", "tries"))
    assert states == {chosen: 0, flying: 10, left: 10}
    told = AuditEntry.objects.get(tenant=acme.tenant)  # P10
    assert (told.verb, told.actor_kind, told.details) == ("webhook.replayed", "staff", {"count": 1})
    assert signed_in(acme.owner).post(DELIVERIES, act).status_code in (302, 403)
    assert Delivery.objects.get(pk=left).state == "dead"


def test_p08_the_lists_ask_the_same_number_of_questions_for_one_row_and_three(staff, endpoint):
    counts = []
    for more in (1, 2):
        log_attempts(endpoint, more, **FAILED)
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(staff.get(DELIVERIES))) == 1 + 2 * len(counts)
        counts.append(len(queries))
    assert counts[0] == counts[1]
