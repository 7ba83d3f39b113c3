"""S23, S24, B2: Health tries endpoints out by itself: when somebody presses, and once when the warning comes up."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from datetime import timedelta

import pytest
from aiohttp import web as http
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.reading import text_of
from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import is_ours, make_signed_endpoint
from tests.world import bearer, signed_in
from tracking import alarms, posting, webhooks
from tracking.models import Attempt, Delivery, EndpointProbe, WebhookEvent
from tracking.models.probe import PATIENCE
from tracking.probes import asking, queue
from tracking.probes.prober import Prober

HEALTH, PROBE_ALL = reverse("webhooks:health"), reverse("webhooks:probe-all")
BY_HTMX = {"HX-Request": "true"}


def verifies(receiver, secret: str, right: int = 204, forged: int = 401) -> None:
    """From now on the receiver tells what is ours from what isn't."""
    receiver.answer = lambda got: http.Response(status=right if is_ours(secret, got) else forged)


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def a_little_later() -> None:
    """Let the pause between two checks be over."""
    EndpointProbe.objects.update(asked_at=timezone.now() - asking.PAUSE)


def test_s24_a_press_tries_an_endpoint_out_and_shows_all_three(acme, receiver, probe):
    endpoint, secret = make_signed_endpoint(acme.tenant, receiver.url(), status="paused")
    verifies(receiver, secret)
    admin = signed_in(acme.admin)
    assert "Not checked yet" in text_of(admin.get(HEALTH))
    pressed = text_of(admin.post(PROBE_ALL, {"window": "7d"}, headers=BY_HTMX))
    assert "Checking…" in pressed
    assert "every 3s" in pressed
    assert "window=7d" in pressed
    probe()
    shown = text_of(admin.get(HEALTH))
    for words in (
        "Reached",
        "Verifies signatures",
        "Ours got 204, a forged one 401.",
        "Answers in time",
        "Admin of Acme",
    ):
        assert words in shown
    assert "Checking…" not in shown
    right, forged = receiver.got
    assert [is_ours(secret, got) for got in (right, forged)] == [True, False]
    assert right.headers.keys() == forged.headers.keys()
    assert {json.loads(got.body)["event"] for got in receiver.got} == {"webhook.test"}
    assert "forged on purpose" in json.loads(forged.body)["data"]["message"]
    assert not any(model.objects.exists() for model in (Attempt, Delivery, WebhookEvent))
    told = admin.get("/api/tracking/health", headers=bearer(acme.admin)).json()
    assert told["total"]["attempts"] == 0
    (one,) = told["probes"]
    assert (one["endpoint_id"], one["running"], one["asked_by"]) == (str(endpoint.pk), False, "person")
    assert [one[about]["state"] for about in ("reachability", "signature", "response_time")] == ["good"] * 3


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ((200, 200), "Accepts anything"),
        ((401,), "It refuses our signature"),
        ((400, 400), "It refuses our signature"),
        ((503,), "Reached, but it fails"),
    ],
)
def test_s24_a_forgery_goes_only_where_it_tells_something(acme, receiver, probe, statuses, words):
    _, secret = make_signed_endpoint(acme.tenant, receiver.url())
    verifies(receiver, secret, statuses[0], statuses[-1])
    admin = signed_in(acme.admin)
    assert admin.post(PROBE_ALL).url.endswith("?tab=tracking#checks")
    probe()
    shown = text_of(admin.get(HEALTH))
    assert words in shown
    assert len(receiver.got) == len(statuses)
    assert (reverse("webhooks:endpoints") + "#verify" in shown) is (words == "Accepts anything")


def test_s24_who_does_not_listen_and_who_hangs(acme, receiver, probe, monkeypatch):
    monkeypatch.setattr(posting, "SECONDS", 0.4)
    make_signed_endpoint(acme.tenant, f"http://127.0.0.1:{closed_port()}/in")
    make_signed_endpoint(acme.tenant, receiver.url())

    async def hang(_) -> http.Response:
        await asyncio.sleep(0.7)
        return http.Response()

    receiver.answer = hang
    admin = signed_in(acme.admin)
    answer = admin.post("/api/tracking/health/probes", content_type="application/json", headers=bearer(acme.admin))
    assert (answer.status_code, [one["running"] for one in answer.json()["probes"]]) == (202, [True, True])
    probe()
    probes = admin.get("/api/tracking/health", headers=bearer(acme.admin)).json()["probes"]
    closed, hanging = sorted(probes, key=lambda one: one["reachability"]["state"])
    assert closed["reachability"]["why"] == "The connection was refused: nothing listens there."
    assert hanging["reachability"]["state"] == "good"
    assert (hanging["response_time"]["state"], hanging["signature"]["state"]) == ("bad", "unknown")
    assert len(receiver.got) == 1


def test_s24_the_certificate_is_looked_at(acme, secure_server, probe):
    _, secret = make_signed_endpoint(acme.tenant, (server := secure_server(9)).url())
    verifies(server, secret)
    asking.ask_all(acme.tenant.pk, by=acme.admin)
    probe()
    shown = text_of(signed_in(acme.admin).get(HEALTH))
    assert "The certificate ends in 9 days" in shown
    assert "Verifies signatures" in shown


def test_s24_two_presses_and_two_workers_probe_once(acme, receiver, probe):
    endpoint, secret = make_signed_endpoint(acme.tenant, receiver.url())
    verifies(receiver, secret)
    assert asking.ask_all(acme.tenant.pk, by=acme.admin) == 1
    assert asking.ask(acme.tenant.pk, [endpoint.pk], by=acme.owner) == 0

    async def both() -> None:
        await asyncio.gather(Prober().drain(), Prober().drain())

    asyncio.run(both())
    assert len(receiver.got) == 2
    assert EndpointProbe.objects.get().asked_by == acme.admin.user
    a_little_later()
    assert asking.ask(acme.tenant.pk, [endpoint.pk], by=acme.owner) == 1


def test_s24_who_presses_again_at_once_is_told_and_sends_nothing(acme, receiver, probe):
    endpoint, secret = make_signed_endpoint(acme.tenant, receiver.url())
    verifies(receiver, secret)
    admin, one = signed_in(acme.admin), reverse("webhooks:probe", args=[endpoint.pk])
    assert "HX-Trigger" not in admin.post(one, headers=BY_HTMX)
    assert "HX-Trigger" not in admin.post(one, headers=BY_HTMX)  # it is under way
    probe()
    for path in (one, PROBE_ALL):
        pressed = admin.post(path, headers=BY_HTMX)
        assert "Checked a moment ago" in pressed["HX-Trigger"]
        assert "Checking…" not in text_of(pressed)
        assert "Checked a moment ago" in text_of(admin.post(path, follow=True))
    api = "/api/tracking/health/probes"
    told = admin.post(api, content_type="application/json", headers=bearer(acme.admin)).json()
    assert (told["begun"], told["probes"][0]["running"]) == (0, False)
    probe()
    assert len(receiver.got) == 2
    a_little_later()
    assert asking.ask_all(acme.tenant.pk, by=acme.admin) == 1


def test_s24_a_killed_workers_probe_is_taken_over_and_its_late_result_is_nobodys(acme, receiver, probe):
    endpoint, secret = make_signed_endpoint(acme.tenant, receiver.url())
    verifies(receiver, secret)
    asking.ask_all(acme.tenant.pk, by=acme.admin)
    (zombie,) = queue.claim(10)
    assert queue.claim(10) == []
    EndpointProbe.objects.update(due_at=timezone.now())  # its lease is over
    (successor,) = queue.claim(10)
    found = asyncio.run(_probe_once(successor))
    assert [queue.finish(zombie, found), queue.finish(successor, found)] == [False, True]
    a_little_later()
    asking.ask_all(acme.tenant.pk, by=acme.admin)
    late = timezone.now() - PATIENCE
    EndpointProbe.objects.update(asked_at=late, due_at=late)
    assert queue.claim(10) == []
    assert "cut off" in text_of(signed_in(acme.admin).get(HEALTH))
    assert asking.ask_all(acme.tenant.pk, by=acme.admin) == 1
    (claimed,) = queue.claim(10)
    endpoint.delete()
    assert queue.finish(claimed, found) is False
    assert not EndpointProbe.objects.exists()


async def _probe_once(claimed):
    from tracking.probes import sending

    return await sending.probe(claimed.post)


def test_s24_what_was_found_holds_until_address_or_secret_change(acme, receiver, probe):
    endpoint, secret = make_signed_endpoint(acme.tenant, receiver.url())
    verifies(receiver, secret)
    admin = signed_in(acme.admin)
    for change in (
        lambda: webhooks.change_endpoint(endpoint, url=receiver.url("/other")),
        lambda: webhooks.rotate_secret(endpoint),
    ):
        asking.ask_all(acme.tenant.pk, by=acme.admin)
        probe()
        assert "Verifies signatures" in text_of(admin.get(HEALTH))
        change()
        a_little_later()
        shown = text_of(admin.get(HEALTH))
        assert "changed since the last check" in shown
        assert "Verifies signatures" not in shown
    asking.ask_all(acme.tenant.pk, by=acme.admin)
    probe()
    assert "It refuses the new secret" in text_of(admin.get(HEALTH))  # the old one signs, too


def test_s23_when_the_warning_comes_up_who_failed_is_probed_once_and_the_mail_says_what_was_found(
    acme, receiver, probe, mailoutbox
):
    dead, _ = make_signed_endpoint(acme.tenant, f"http://127.0.0.1:{closed_port()}/in")
    paused, _ = make_signed_endpoint(acme.tenant, receiver.url(), status="paused")
    well, _ = make_signed_endpoint(acme.tenant, receiver.url("/well"))
    for endpoint in (dead, paused):
        log_attempts(endpoint, 6, failure="connect", status=None, error="No connection.")
    log_attempts(well, 3)
    now = timezone.now()
    alarms.watch(now)
    assert alarms.tell_admins() == 0  # what was found is to be in it
    assert "We are checking" in text_of(signed_in(acme.admin).get(HEALTH))
    probe()
    alarms.watch(now)
    probe()
    assert [alarms.tell_admins(), alarms.tell_admins()] == [1, 0]
    (mail,) = mailoutbox
    assert "12 of 15" in mail.body
    assert f"{dead.host}\n- Reachability: Can’t be reached. The connection was refused" in mail.body
    assert receiver.got == []
    (stored,) = EndpointProbe.objects.all()
    assert (stored.endpoint_id, stored.by_warning, stored.asked_by) == (dead.pk, True, None)
    shown = text_of(signed_in(acme.admin).get(HEALTH))
    assert f"<b>{dead.host}</b>: Reachability: Can’t be reached. The connection was refused" in shown
    assert "as the warning came up" in shown


def test_s23_a_probe_that_hangs_delays_the_mail_by_one_ring_at_most(acme, mailoutbox, db):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    log_attempts(endpoint, 12, failure="timeout", status=None)
    now = timezone.now() - timedelta(seconds=60)
    log_attempts(endpoint, 12, at=now, failure="timeout", status=None)
    alarms.watch(now)
    assert alarms.tell_admins() == 1
    assert "The check has not ended yet." in mailoutbox[0].body


def test_r04_only_admins_probe_and_only_what_is_theirs(acme, globex, client):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    one, api = reverse("webhooks:probe", args=[endpoint.pk]), "/api/tracking/health/probes"

    def by_api(who, **given):
        return client.post(api, given, content_type="application/json", headers=bearer(who)).status_code

    assert signed_in(globex.owner).post(one).status_code == 404
    assert by_api(globex.owner, endpoint_id=str(endpoint.pk)) == 404
    assert by_api(acme.admin, endpoint_id=str(uuid.uuid4())) == 404
    assert by_api(acme.admin, endpoint_id="none") == 400
    for path in (one, PROBE_ALL):
        assert signed_in(acme.manager).post(path).status_code == 403
        assert signed_in(acme.admin).get(path).status_code == 405
    assert by_api(acme.manager) == 403
    assert (by_api(globex.owner), signed_in(globex.owner).post(PROBE_ALL).status_code) == (202, 302)
    assert asking.ask(globex.tenant.pk, [endpoint.pk], by=globex.owner) == 0
    assert not EndpointProbe.objects.exists()
    EndpointProbe.objects.create(tenant=globex.tenant, endpoint=endpoint, asked_at=timezone.now())
    with pytest.raises(IntegrityError, match="within_tenant"), transaction.atomic():
        connection.check_constraints()
    EndpointProbe.objects.all().delete()


def test_f05_health_asks_the_same_number_of_questions_for_one_probe_and_seven(acme):
    admin, counts = signed_in(acme.admin), []
    for _ in range(2):
        for _ in range(1 + 5 * len(counts)):
            endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
            log_attempts(endpoint, 2 if counts else 12, failure="timeout", status=None)
        asking.ask_all(acme.tenant.pk, by=acme.admin)
        EndpointProbe.objects.update(checked_at=timezone.now(), url=endpoint.url, status_code=500, due_at=None)
        admin.get(HEALTH)
        with CaptureQueriesContext(connection) as queries:
            shown = text_of(admin.get(HEALTH))
        assert shown.count("Reached, but it fails") == (10 if counts else 2)  # at most three in the warning, all below
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_s24_the_apis_description_shows_what_a_probe_says(client, db):
    schema = client.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    shapes = schema["components"]["schemas"]
    assert set(shapes["ProbeVerdict"]["properties"]) == {"state", "title", "why", "to_do"}
    assert "ProbeVerdict" in str(shapes["Probe"]["properties"]["signature"])
    assert "as_visitor" in shapes["Verdict"]["properties"]  # what safety says of a text is another thing
