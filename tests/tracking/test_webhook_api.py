"""P8: webhooks by the API, and what is forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import RATED, make_signed_endpoint, tell
from tests.world import bearer
from tracking import pruning
from tracking.models import Attempt, Delivery, WebhookEndpoint, WebhookEvent


@pytest.fixture
def call(client, acme):
    """Call the API as acme's admin: `call("post", path, {...})`."""

    def _call(method: str, path: str, data: object = None, who=acme.admin):
        return getattr(client, method)(path, data, content_type="application/json", headers=bearer(who))

    return _call


def test_p08_an_endpoint_lives_through_the_api(call, acme):
    made = call("post", "/api/webhooks", {"url": "https://hooks.example.com/in", "events": [RATED]})
    assert made.status_code == 201
    secret, path = made.json()["secret"], f"/api/webhooks/{made.json()['id']}"
    assert secret.startswith("whsec_")
    assert "secret" not in call("get", path).json()
    assert call("get", "/api/webhooks").json()["total"] == 1
    changed = call("patch", path, {"status": "paused", "events": ["message.created"], "description": "CRM"}).json()
    assert (changed["status"], changed["events"]) == ("paused", ["message.created"])
    rotated = call("post", f"{path}/rotate").json()
    assert rotated["secret"] not in ("", secret)
    assert call("get", path).json()["both_secrets_until"] == rotated["both_secrets_until"]
    assert call("delete", path).status_code == 204
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["nothing.known"]}, "events"),
        ({"events": ["webhook.test"]}, "events"),
        ({"status": "disabled"}, "status"),
    ],
)
def test_p08_what_is_wrong_is_named(call, given, field):
    answer = call("post", "/api/webhooks", {"url": "https://hooks.example.com/", "events": [RATED]} | given)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [field]


def test_p08_deliveries_are_listed_filtered_and_replayed(call, acme, globex):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    log_attempts(endpoint, 3, status=503, failure="status", error="503", request_id="request-1")
    listed = call("get", "/api/tracking/deliveries?state=pending&limit=2").json()
    assert (listed["total"], len(listed["deliveries"])) == (3, 2)
    one = listed["deliveries"][0]
    assert (one["log"][0]["status_code"], one["request_id"]) == (503, "request-1")
    assert call("get", "/api/tracking/deliveries?state=delivered").json()["total"] == 0
    Delivery.objects.update(state="dead")
    replay = f"/api/tracking/deliveries/{one['id']}/replay"
    assert call("post", replay, who=globex.owner).status_code == 404
    assert call("post", replay).json() == {"replayed": 1, "waiting": 0}
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    assert call("post", f"/api/webhooks/{endpoint.pk}/replay", {"since": since}).json() == {"replayed": 3, "waiting": 0}
    assert call("post", f"/api/webhooks/{endpoint.pk}/replay", {"since": "then"}).status_code == 400


@pytest.mark.parametrize("status", ["paused", "disabled"])
def test_p08_a_replay_says_that_it_waits_for_an_endpoint_that_is_off(call, acme, status):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in", status=status)
    log_attempts(endpoint, 3, status=503, failure="status", error="503")
    Delivery.objects.update(state="dead")
    one = f"/api/tracking/deliveries/{Delivery.objects.first().pk}/replay"
    assert call("post", one).json() == {"replayed": 1, "waiting": 1}
    since = {"since": (timezone.now() - timedelta(hours=1)).isoformat()}
    assert call("post", f"/api/webhooks/{endpoint.pk}/replay", since).json() == {"replayed": 3, "waiting": 3}


def test_r04_strangers_find_nothing_and_managers_may_not(call, acme, globex):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    for method, end in (("get", ""), ("patch", ""), ("delete", ""), ("post", "/rotate"), ("post", "/test")):
        path = f"/api/webhooks/{endpoint.pk}{end}"
        assert call(method, path, who=globex.owner).status_code == 404
        assert call(method, path, who=acme.manager).status_code == 403


def test_b04_what_is_over_is_forgotten_after_thirty_days_and_what_waits_is_not(acme):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    log_attempts(endpoint, 2)
    waiting = tell(acme.tenant)
    now = timezone.now()
    assert pruning.forget(now + timedelta(days=29)) == 0
    assert pruning.forget(now + timedelta(days=31)) == 2
    assert list(WebhookEvent.objects.values_list("pk", flat=True)) == [waiting]
    assert not Attempt.objects.exists()


def test_b04_what_waited_for_fourteen_days_is_given_up(acme):
    make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    make_signed_endpoint(acme.tenant, "https://paused.example.com/in", status="paused")
    tell(acme.tenant)
    now = timezone.now()
    assert pruning.give_up_waiting(now + timedelta(days=13, hours=23)) == 0
    assert pruning.give_up_waiting(now + timedelta(days=14, hours=1)) == 1
    assert Delivery.objects.get(state="dead").endpoint.host == "paused.example.com"
