"""B4, P8: webhooks arrive, at least once, whatever the other side does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import orjson
import pytest
from aiohttp import web
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenants.models import AuditEntry
from tests.tracking.attempts import make_tried
from tests.tracking.endpoints import RATED, make_signed_endpoint, tell
from tracking import leasing, webhooks
from tracking.models import Attempt, Delivery, WebhookEndpoint
from tracking.posting import Answer

pytestmark = pytest.mark.django_db(transaction=True)


def make_due() -> None:
    """As if the time of every waiting delivery had come, and every breaker had closed."""
    Delivery.objects.filter(state="pending", lease=None).update(due_at=timezone.now())
    WebhookEndpoint.objects.update(open_until=None)


def test_p08_an_event_arrives_signed_and_its_try_is_logged(acme, receiver, deliver):
    receiver.answers(200, text="thank you, vera@example.com")
    make_signed_endpoint(acme.tenant, receiver.url())
    event_id = tell(acme.tenant, score=5)
    deliver()
    (got,) = receiver.got
    assert got.webhook_id == str(event_id)
    assert orjson.loads(got.body)["data"] == {"event_id": str(event_id), "score": 5}
    assert got.headers["Content-Type"] == "application/json"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.lease) == ("delivered", 1, None)
    attempt = Attempt.objects.get()
    assert (attempt.status_code, attempt.failure, attempt.response) == (200, "", "thank you, [email]")


def test_b04_ten_tries_with_one_id_then_it_is_dead_and_a_replay_starts_anew(acme, receiver, deliver):
    receiver.answers(500)
    make_signed_endpoint(acme.tenant, receiver.url())
    tell(acme.tenant)
    waits = []
    for _ in range(10):
        make_due()
        deliver()
        waits.append((Delivery.objects.get().due_at - timezone.now()).total_seconds())
    gaps = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert all(0.8 * gap - 2 <= wait <= 1.2 * gap for gap, wait in zip(gaps, waits, strict=False))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("dead", 10)
    make_due()
    deliver()
    assert len(receiver.got) == 10
    receiver.answers(204)
    assert webhooks.replay(delivery)
    deliver()
    assert len({got.webhook_id for got in receiver.got}) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.attempts) == ("delivered", 1, 11)
    assert list(Attempt.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 12))


def test_b04_never_more_than_ten_at_a_time_at_one_endpoint(acme, receiver, deliver):
    async def slowly(_):
        await asyncio.sleep(0.05)
        return web.Response()

    receiver.answer = slowly
    make_signed_endpoint(acme.tenant, receiver.url())
    for _ in range(35):
        tell(acme.tenant)
    deliver()
    assert receiver.most_in_flight == 10
    assert Delivery.objects.filter(state="delivered").count() == 35


def test_b04_two_workers_at_once_send_nothing_twice(acme, receiver, deliver):
    make_signed_endpoint(acme.tenant, receiver.url())
    for _ in range(40):
        tell(acme.tenant)
    first, second = leasing.turn([], 1000), leasing.turn([], 1000)
    assert (len(first), second) == (10, [])
    deliver()  # the ten are leased
    assert receiver.got == []


def test_b04_a_zombie_cannot_overwrite_what_its_successor_wrote(acme, receiver, deliver):
    make_signed_endpoint(acme.tenant, receiver.url())
    tell(acme.tenant)
    (claimed,) = leasing.turn([], 10)
    Delivery.objects.update(due_at=timezone.now())  # the lease is over: somebody else takes it
    deliver()
    assert Delivery.objects.get().state == "delivered"
    late = Answer(started_at=timezone.now(), failure="timeout", error="No answer within 15 seconds.")
    leasing.turn([leasing.tried(claimed, late)], 0)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("delivered", 1)
    assert Attempt.objects.count() == 2  # it did happen


def test_b04_a_result_written_twice_counts_once_and_one_of_a_deleted_endpoint_harms_nobody(acme, receiver):
    endpoint, _ = make_signed_endpoint(acme.tenant, receiver.url())
    make_signed_endpoint(acme.tenant, receiver.url("/other"))
    tell(acme.tenant)
    tried = [leasing.tried(one, Answer(started_at=timezone.now(), status=204)) for one in leasing.turn([], 10)]
    endpoint.delete()
    leasing.turn(tried, 0)
    leasing.turn(tried, 0)
    assert Attempt.objects.count() == 1
    assert Delivery.objects.get().state == "delivered"


def test_b04_while_the_breaker_is_open_deliveries_wait_and_burn_no_attempts(acme, receiver, deliver):
    receiver.answers(503)
    endpoint, _ = make_signed_endpoint(acme.tenant, receiver.url())
    make_signed_endpoint(acme.tenant, receiver.url("/healthy"), events=["autochat.lead_qualified.v1"])
    for _ in range(30):
        tell(acme.tenant)
    deliver()
    tried = len(receiver.got)
    assert tried <= 20
    endpoint.refresh_from_db()
    assert endpoint.open_until > timezone.now()
    tell(acme.tenant, "autochat.lead_qualified.v1")
    receiver.answers(204)
    deliver()
    assert [got.path for got in receiver.got[tried:]] == ["/healthy"]  # neighbours are not held up
    assert sum(Delivery.objects.filter(endpoint=endpoint).values_list("tries", flat=True)) == tried
    make_due()
    assert len(leasing.turn([], 100)) == 1  # half open: one shows whether it is back
    Delivery.objects.update(due_at=timezone.now())
    deliver()
    assert Delivery.objects.exclude(state="delivered").count() == 0
    endpoint.refresh_from_db()
    assert (endpoint.failures_in_row, endpoint.open_until, endpoint.failing_since) == (0, None, None)


def test_f4_writing_down_what_arrived_asks_as_often_for_many_endpoints_as_for_one(acme):
    def asked(number):
        endpoints = [make_signed_endpoint(acme.tenant, f"https://{number}.example/{n}")[0] for n in range(number)]
        done = [make_tried(endpoint) for endpoint in endpoints]
        with CaptureQueriesContext(connection) as queries:
            leasing.turn(done, 0)
        return len(queries)

    assert asked(1) == asked(12)


def test_b04_retry_after_holds_the_delivery_and_a_busy_endpoint(acme, receiver, deliver):
    receiver.answers(429, headers={"Retry-After": "600"})
    endpoint, _ = make_signed_endpoint(acme.tenant, receiver.url())
    tell(acme.tenant)
    deliver()
    endpoint.refresh_from_db()
    assert Delivery.objects.get().due_at > timezone.now() + timedelta(seconds=590)
    assert endpoint.open_until > timezone.now() + timedelta(seconds=590)
    tell(acme.tenant)
    deliver()
    assert len(receiver.got) == 1


def test_b04_gone_disables_and_resuming_delivers_what_waited(acme, receiver, deliver, mailoutbox):
    receiver.answers(410)
    endpoint, _ = make_signed_endpoint(acme.tenant, receiver.url())
    tell(acme.tenant)
    deliver()
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "gone")
    tell(acme.tenant)
    make_due()
    deliver()
    assert len(receiver.got) == 1
    receiver.answers(204)
    webhooks.set_status(endpoint=endpoint, status="active")
    make_due()
    deliver()
    assert Delivery.objects.filter(state="delivered").count() == 2


def test_b04_five_days_of_nothing_but_failure_disable_it(acme, receiver, deliver):
    receiver.answers(500)
    endpoint, _ = make_signed_endpoint(acme.tenant, receiver.url())
    endpoint.failing_since = timezone.now() - timedelta(days=4, hours=23)
    endpoint.save()
    tell(acme.tenant)
    deliver()
    endpoint.refresh_from_db()
    assert endpoint.status == "active"
    endpoint.failing_since -= timedelta(hours=2)
    endpoint.save()
    make_due()
    deliver()
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "failing")
    (told,) = AuditEntry.objects.for_tenant(acme.tenant)  # P10
    assert (told.verb, told.actor_kind, told.actor_name) == ("webhook.disabled", "system", "autochat")
    assert (told.target_id, told.details) == (str(endpoint.pk), {"reason": "failing"})


def test_b04_paused_endpoints_wait_and_are_not_called(acme, receiver, deliver):
    endpoint, _ = make_signed_endpoint(acme.tenant, receiver.url(), status="paused")
    tell(acme.tenant)
    deliver()
    assert receiver.got == []
    webhooks.set_status(endpoint=endpoint, status="active")
    deliver()
    assert len(receiver.got) == 1


def test_b04_replay_since_and_replay_of_all_that_was_given_up(acme, globex, receiver, deliver):
    endpoint, _ = make_signed_endpoint(acme.tenant, receiver.url())
    make_signed_endpoint(globex.tenant, receiver.url("/globex"))
    old, new = tell(acme.tenant), tell(acme.tenant)
    tell(globex.tenant)
    deliver()
    Delivery.objects.filter(event=old).update(created_at=timezone.now() - timedelta(hours=2))
    receiver.got.clear()
    assert webhooks.replay_since(endpoint, timezone.now() - timedelta(hours=1)) == 1
    deliver()
    assert [got.webhook_id for got in receiver.got] == [str(new)]
    Delivery.objects.filter(event=old).update(state="dead")
    receiver.got.clear()
    assert webhooks.replay_failed(acme.tenant.pk) == 1
    deliver()
    assert [got.webhook_id for got in receiver.got] == [str(old)]


def test_b04_a_receiver_may_switch_secrets_at_any_time_and_none_is_refused(acme, receiver, deliver):
    from standardwebhooks import Webhook  # a development requirement

    endpoint, secret = make_signed_endpoint(acme.tenant, receiver.url())
    known = [secret]

    def check(got):
        Webhook(known[0]).verify(got.body.decode(), {name.lower(): value for name, value in got.headers.items()})
        return web.Response(status=204)

    receiver.answer = check
    for _ in range(3):
        tell(acme.tenant)
        deliver()  # with the old secret
        fresh = webhooks.rotate_secret(endpoint)
        tell(acme.tenant)
        deliver()  # rotated, the receiver not yet
        known[0] = fresh
        tell(acme.tenant)
        deliver()  # the receiver too
    assert len(receiver.got) == 9
    assert not Attempt.objects.exclude(failure="").exists()


def test_b04_a_closed_idle_connection_is_no_failure(acme, receiver, deliver):
    """The server closes the connection after each answer without saying so."""
    make_signed_endpoint(acme.tenant, receiver.url())

    def close_behind(got):
        response = web.Response(status=204)
        response.headers["Connection"] = "keep-alive"
        asyncio.get_running_loop().call_later(0.001, got.transport.close)
        return response

    receiver.answer = close_behind
    for _ in range(30):
        tell(acme.tenant)
    deliver()
    assert not Attempt.objects.exclude(failure="").exists()
    assert Delivery.objects.filter(state="delivered").count() == 30


def test_b04_events_of_the_log_are_told_from_where_the_endpoint_began(acme, receiver, deliver):
    from conversations import log  # what chats write

    event = log.conversation_event("conversation:updated", acme.conversation)
    log.append(acme.tenant.pk, [event])
    webhooks.create_endpoint(tenant=acme.tenant, url=receiver.url(), events=["conversation.updated"])
    webhooks.create_endpoint(
        tenant=acme.tenant, url=receiver.url("/both"), events=["conversation.updated", "message.created", RATED]
    )
    message = acme.conversation.messages.get()
    log.append(acme.tenant.pk, [event, log.message_event(acme.conversation, message)])
    deliver()
    told = sorted((got.path, orjson.loads(got.body)["event"]) for got in receiver.got)
    assert told == [("/both", "conversation.updated"), ("/both", "message.created"), ("/in", "conversation.updated")]
    ids = {got.webhook_id for got in receiver.got if b"conversation.updated" in got.body}
    assert len(ids) == 1  # the same event, told twice
    data = next(orjson.loads(got.body)["data"] for got in receiver.got if b"message.created" in got.body)
    assert (data["id"], data["message"]) == (str(message.pk), "Hello Acme")
    deliver()
    assert len(receiver.got) == 3
