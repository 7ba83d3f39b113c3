"""B4: a fact and its deliveries commit together."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from django.db import IntegrityError, connection, transaction

from tenants.ownership import new_id
from tests.tracking.endpoints import RATED, make_endpoint, tell
from tracking.models import Delivery, WebhookEndpoint, WebhookEvent
from tracking.outbox import enqueue


def test_b04_an_event_is_stored_once_with_a_delivery_for_each_listener(acme, globex):
    listening = {make_endpoint(acme.tenant, status=status).pk for status in WebhookEndpoint.Status.values}
    make_endpoint(acme.tenant, events=["autochat.lead_qualified.v1"])
    make_endpoint(globex.tenant)
    event_id, conversation = new_id(), new_id()
    at = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
    data = {
        "event_id": str(event_id),
        "conversation_id": str(conversation),
        "data": {"score": 5, "comment": "très bon"},
    }

    told = enqueue(tenant_id=acme.tenant.pk, event_type=RATED, event_id=event_id, occurred_at=at, data=data)

    assert told == 3
    event = WebhookEvent.objects.get()
    assert orjson.loads(event.body) == {"event": RATED, "timestamp": "2026-11-27T09:30:00.000Z", "data": data}
    assert (event.pk, event.conversation_id) == (event_id, conversation)
    assert {delivery.endpoint_id for delivery in Delivery.objects.for_tenant(acme.tenant)} == listening
    assert not Delivery.objects.for_tenant(globex.tenant).exists()


def test_b04_the_same_event_is_told_once_however_often_it_is_put_in(acme):
    make_endpoint(acme.tenant)
    event_id = tell(acme.tenant)
    tell(acme.tenant, event_id=event_id)
    assert Delivery.objects.count() == 1


def test_b04_it_costs_two_statements_and_one_where_nobody_listens(acme, django_assert_num_queries):
    with django_assert_num_queries(1):
        tell(acme.tenant)
    assert not WebhookEvent.objects.exists()
    for _ in range(3):
        make_endpoint(acme.tenant)
    with django_assert_num_queries(2):
        tell(acme.tenant)


@pytest.mark.django_db(transaction=True)
def test_b04_what_is_undone_is_told_to_nobody(acme):
    make_endpoint(acme.tenant)
    with transaction.atomic():
        tell(acme.tenant)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_r04_a_delivery_cannot_point_into_another_tenant(acme, globex):
    make_endpoint(acme.tenant)
    tell(acme.tenant)
    theirs = make_endpoint(globex.tenant)
    event = WebhookEvent.objects.get()
    Delivery.objects.create(tenant=acme.tenant, event=event, endpoint=theirs, event_type=RATED)
    with pytest.raises(IntegrityError, match="within_tenant"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.set_rollback(True)


def test_b04_what_belongs_to_an_endpoint_goes_with_it(acme):
    endpoint = make_endpoint(acme.tenant)
    tell(acme.tenant)
    endpoint.delete()
    assert not Delivery.objects.exists()
