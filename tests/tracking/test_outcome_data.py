"""S20, D17, R6: `data` holds what the schema allows and the mapping asks for, and nothing personal."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from conversations import ratings, reports, services
from conversations.models import Conversation, Event
from conversations.said import ContactDetails, Page, Said
from conversations.turns import receive
from tenants.models import Role
from tests.tracking.endpoints import make_endpoint
from tests.tracking.personal_data import hidden_in, pieces
from tests.tracking.test_d13_qualification import call
from tests.widgets.door import code_of
from tracking import schema
from tracking.models import EventType, Outcome, OutcomeMapping, WebhookEvent

RATED = EventType.CONVERSATION_RATED


def test_d17_a_thousand_pieces_of_personal_data_and_none_in_any_payload(acme):
    everything = pieces(1000)
    for kind in EventType:
        OutcomeMapping.objects.create(tenant=acme.tenant, event_type=kind, include_fields=list(schema.fields_of(kind)))
    make_endpoint(acme.tenant, events=EventType.values)
    fields = [
        {
            "key": f"f{place}",
            "label": piece[:90],
            "type": "choice",
            "choices": [piece[:80], everything[place + 100][:80]],
        }
        for place, piece in enumerate(everything[:40])
    ]
    define = {"fields": fields, "criteria": {"field": "phone", "operator": "exists"}}
    assert call(acme.admin, "put", "tracking/qualification", define).status_code == 200
    for place in range(0, 1000, 50):
        _converse(acme, place, everything[place : place + 50])
    told = [json.dumps(row.detail, ensure_ascii=False) for row in Outcome.objects.for_tenant(acme.tenant)]
    told += [bytes(event.body).decode() for event in WebhookEvent.objects.for_tenant(acme.tenant)]
    told += [json.dumps(event.for_visitor, ensure_ascii=False) for event in Event.objects.exclude(for_visitor=None)]
    assert Outcome.objects.count() == WebhookEvent.objects.count() == 8 * 20
    whole = "\n".join(told)
    assert [piece for piece in everything if any(part in whole for part in hidden_in(piece))] == []
    assert "Vera" not in whole
    for row in Outcome.objects.for_tenant(acme.tenant)[:100]:
        Draft202012Validator(schema.schema_of(row.type)).validate(row.detail)


def _converse(acme, place, typed):
    """A visitor who types fifty pieces wherever one can type, and comes to all eight outcomes."""
    session, phone = f"s{place}", "+49 151 99887766"
    page = Page(url=f"https://www.acme.com/u/{typed[0]}/{typed[1]}?q={typed[2]}#{typed[3]}", title=typed[4])
    contact = ContactDetails(name="Vera Visitor", email=f"vera{place}@example.com", phone=phone)
    first = Said(tenant=acme.tenant, session=session, text=" ".join(typed), client_id="1", contact=contact, page=page)
    conversation = Conversation.objects.for_inbox().get(pk=receive(first).conversation_id)
    choices = {f"f{number}": piece for number, piece in enumerate(typed)}
    reports.collect_facts(conversation=conversation, values=choices, source="assistant")
    for kind in (EventType.APPOINTMENT_REQUESTED, EventType.QUOTE_REQUESTED, EventType.HANDOFF_REQUESTED):
        reports.report_outcome(conversation=conversation, event_type=kind, source="assistant")
    ratings.rate_conversation(conversation=conversation, score=1, comment=" ".join(typed))
    services.close_conversation(conversation=conversation, by=acme.owner)


def test_d17_the_mapping_chooses_the_fields_and_gives_the_value(acme):
    assert call(acme.admin, "get", f"tracking/mappings/{RATED}").json() == {
        "event_type": RATED,
        "enabled": True,
        "emit_browser": True,
        "emit_webhook": True,
        "conversion_value": None,
        "currency": "",
        "include_fields": ["score"],
    }
    change = {"conversion_value": 12.5, "currency": "eur", "include_fields": []}
    changed = call(acme.admin, "put", f"tracking/mappings/{RATED}", change).json()
    assert (changed["conversion_value"], changed["currency"], changed["include_fields"]) == (12.5, "EUR", [])
    told = ratings.rate_conversation(conversation=acme.conversation, score=4)
    assert told[0]["data"] == {"conversion_value": 12.5, "currency": "EUR"}
    Draft202012Validator(schema.schema_of(RATED)).validate(told[0])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"conversion_value": 5}, "currency"),
        ({"conversion_value": -5, "currency": "EUR"}, "conversion_value"),
        ({"currency": "EURO"}, "currency"),
        ({"include_fields": ["comment"]}, "include_fields"),
        ({"emit_browser": "perhaps"}, "emit_browser"),
    ],
)
def test_s21_a_mapping_that_makes_no_sense_is_refused(acme, change, field):
    response = call(acme.admin, "put", f"tracking/mappings/{RATED}", change)
    assert code_of(response) == (400, "invalid_request")
    assert list(response.json()["error"]["fields"]) == [field]
    response = call(acme.admin, "put", "tracking/mappings", {"mappings": [{"event_type": RATED} | change]})
    assert response.status_code == 400
    assert not OutcomeMapping.objects.exists()


def test_s21_a_mapping_stays_the_one_of_its_outcome(acme):
    response = call(acme.admin, "put", f"tracking/mappings/{RATED}", {"event_type": EventType.LEAD_QUALIFIED})
    assert list(response.json()["error"]["fields"]) == ["event_type"]


def test_s21_mappings_are_the_tenants_own_and_admins(acme, globex):
    sent = {"mappings": [{"event_type": kind, "emit_browser": False} for kind in EventType.values[:2]]}
    shown = call(acme.admin, "put", "tracking/mappings", sent).json()["mappings"]
    assert [entry["emit_browser"] for entry in shown] == [False, False, *[True] * 6]
    assert {entry["emit_browser"] for entry in call(globex.admin, "get", "tracking/mappings").json()["mappings"]} == {
        True
    }
    assert code_of(call(acme.member(Role.MANAGER), "get", "tracking/mappings")) == (403, "forbidden")
    assert code_of(call(acme.admin, "get", "tracking/mappings/autochat.nothing.v1")) == (404, "not_found")


def test_s22_schemas_are_closed_and_published_to_everybody(db):
    client = Client(headers={"Origin": "https://shop.example"})
    listed = client.get("/api/tracking/schemas/").json()["schemas"]
    assert [entry["event_type"] for entry in listed] == EventType.values
    for entry in listed:
        response = client.get(entry["url"])
        published = response.json()
        Draft202012Validator.check_schema(published)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert published["$id"] == entry["url"]
        assert published["properties"]["event_type"] == {"const": entry["event_type"]}
        assert published["additionalProperties"] is published["properties"]["data"]["additionalProperties"] is False
    assert client.get("/api/tracking/schemas/autochat.nothing.v1.json").status_code == 404
