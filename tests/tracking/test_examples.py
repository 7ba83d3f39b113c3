"""P8: what is sent is shown before anything was, as it would be sent to this very company."""

from __future__ import annotations

import json

from django.urls import reverse
from jsonschema import Draft202012Validator

from tests.world import signed_in
from tracking import examples, schema
from tracking.models import EventType, OutcomeMapping
from tracking.webhooks import EVENTS


def test_p08_there_is_an_example_of_each_event_that_its_schema_allows(acme, django_assert_num_queries):
    with django_assert_num_queries(1):
        shown = examples.of(acme.tenant)
    assert [(one.name, one.label) for one in shown] == EVENTS
    bodies = {one.name: json.loads(one.body) for one in shown}
    assert all(body["event"] == name and set(body) == {"event", "timestamp", "data"} for name, body in bodies.items())
    for kind in EventType:
        Draft202012Validator(schema.schema_of(kind)).validate(bodies[kind]["data"])
        assert set(bodies[kind]["data"]["data"]) == set(schema.default_fields(kind))
    assert bodies["message.created"]["data"]["message"] == "Do you deliver?"
    assert bodies["conversation.created"]["data"]["contact_data"]["name"] == "Ada Example"


def test_p08_examples_follow_the_companys_mappings(acme, globex):
    tenant = acme.tenant
    OutcomeMapping.objects.create(
        tenant=tenant,
        event_type=EventType.LEAD_QUALIFIED,
        conversion_value="85.50",
        currency="GBP",
        include_fields=["answers", "page_path"],
    )
    OutcomeMapping.objects.create(tenant=tenant, event_type=EventType.QUOTE_REQUESTED, emit_webhook=False)
    shown = {one.name: one for one in examples.of(tenant)}
    assert json.loads(shown[EventType.LEAD_QUALIFIED].body)["data"]["data"] == {
        "page_path": "/pricing",
        "answers": {"budget": 1500},
        "conversion_value": 85.5,
        "currency": "GBP",
    }
    assert [one.name for one in shown.values() if one.is_off] == [EventType.QUOTE_REQUESTED]
    page = signed_in(acme.admin).get(reverse("webhooks:endpoints")).content.decode()
    assert page.count("Switched off under Tracking → Mappings") == 1
    assert "85.5" not in signed_in(globex.admin).get(reverse("webhooks:endpoints")).content.decode()
