"""D13 through the API: fields and criteria → qualified → `conversation:qualified`, `lead_qualified`."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from conversations import reports
from conversations.models import Conversation, Event
from conversations.said import ContactDetails, Said
from conversations.turns import receive
from tenants.models import Role
from tests.widgets.door import code_of
from tests.world import bearer
from tracking.models import Answers, EventType, Outcome, OutcomeMapping

DEFINITION = {
    "fields": [
        {"key": "email", "label": "E-mail", "type": "text", "required": True, "choices": []},
        {"key": "budget", "label": "Budget", "type": "number", "required": False, "choices": []},
        {"key": "size", "label": "Size", "type": "choice", "required": False, "choices": ["Small", "Large"]},
        {"key": "goal", "label": "Goal", "type": "text", "required": False, "choices": []},
    ],
    "criteria": {
        "any": [
            {"field": "budget", "operator": "gte", "value": "1.000"},
            {"field": "size", "operator": "eq", "value": "large"},
        ]
    },
}


def call(who, method, path, body=None):
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(Client(raise_request_exception=False), method)(f"/api/{path}", headers=bearer(who), **data)


@pytest.fixture
def defined(acme):
    response = call(acme.admin, "put", "tracking/qualification", DEFINITION)
    assert response.status_code == 200, response.content
    return acme


def test_d13_what_is_put_is_what_is_got(defined, globex):
    assert call(defined.admin, "get", "tracking/qualification").json() == DEFINITION
    assert call(globex.admin, "get", "tracking/qualification").json() == {"fields": [], "criteria": None}
    assert code_of(call(defined.member(Role.AGENT), "put", "tracking/qualification", DEFINITION)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], "non_field_errors"),
        ({"fields": [{"key": "a", "label": "a\0"}]}, "fields"),
        ({"fields": [], "criteria": {"all": [{"field": "x", "operator": "eq", "value": 1}]}}, "criteria.all[0].field"),
    ],
)
def test_d13_wrong_definitions_are_refused_with_their_path(acme, body, path):
    response = call(acme.admin, "put", "tracking/qualification", body)
    assert code_of(response) == (400, "invalid_request")
    assert path in response.json()["error"]["fields"]


def test_d13_values_can_be_tried(defined):
    tried = call(
        defined.admin, "post", "tracking/qualification/test", {"values": {"email": "v@x.org", "budget": "€ 999"}}
    )
    assert tried.json() == {
        "qualified": False,
        "why": [
            {"field": "email", "holds": True, "text": "E-mail is known."},
            {"field": "budget", "holds": False, "text": "Budget is at least 1.000: it is € 999."},
            {"field": "size", "holds": False, "text": "Size is large: it is not known."},
        ],
    }
    tried = call(
        defined.admin, "post", "tracking/qualification/test", {"values": {"email": "v@x.org", "size": "LARGE"}}
    )
    assert tried.json()["qualified"] is True
    assert code_of(call(defined.admin, "post", "tracking/qualification/test", {})) == (400, "invalid_request")


def test_d13_a_visitor_qualifies_once_when_enough_is_known(defined):
    OutcomeMapping.objects.create(
        tenant=defined.tenant, event_type=EventType.LEAD_QUALIFIED, include_fields=["answers"]
    )
    conversation = Conversation.objects.for_inbox().get(pk=defined.conversation.pk)
    reports.collect_facts(
        conversation=conversation, values={"budget": "much", "goal": "Mail v@x.org", "nope": 1}, source="assistant"
    )
    assert not Conversation.objects.get(pk=conversation.pk).qualified
    reports.collect_facts(conversation=conversation, values={"budget": "1.500,00", "goal": None}, source="agent")
    reports.collect_facts(conversation=conversation, values={"budget": 2000}, source="agent")
    assert Answers.objects.get().values == {"budget": 2000}
    outcome = Outcome.objects.get()
    assert (outcome.type, outcome.source) == (EventType.LEAD_QUALIFIED, "rule")
    assert outcome.detail["data"] == {"answers": {"budget": 1500}}
    qualified = Event.objects.get(type="conversation:qualified")
    assert (qualified.data["id"], qualified.data["qualified"]) == (str(conversation.pk), True)
    assert qualified.for_visitor == [{"event": "tracking", "data": outcome.detail}]


def test_d13_the_contact_counts_among_what_is_known(defined):
    said = Said(tenant=defined.tenant, session="s1", text="Hi", client_id="1")
    first = receive(said)
    conversation = Conversation.objects.for_inbox().get(pk=first.conversation_id)
    reports.collect_facts(conversation=conversation, values={"size": "large"}, source="assistant")
    second = receive(
        Said(
            tenant=defined.tenant, session="s1", text="It's me", client_id="2", contact=ContactDetails(email="v@x.org")
        )
    )
    assert [told["event_type"] for told in second.tracking] == [EventType.CONTACT_CAPTURED, EventType.LEAD_QUALIFIED]
    assert Event.objects.filter(type="conversation:qualified").count() == 1


@pytest.mark.parametrize("source", ["agent", "assistant", "api"])
def test_d13_whoever_calls_somebody_a_lead_qualifies_them(acme, source):
    conversation = Conversation.objects.for_inbox().get(pk=acme.conversation.pk)
    reports.report_outcome(conversation=conversation, event_type=EventType.LEAD_QUALIFIED, source=source)
    assert Conversation.objects.get(pk=conversation.pk).qualified
    assert Event.objects.get().type == "conversation:qualified"
    assert Outcome.objects.get().source == source


def test_s21_outcomes_by_the_api(acme, globex):
    path = f"conversations/{acme.conversation.pk}/outcomes"
    first = call(acme.agent, "post", path, {"event_type": EventType.APPOINTMENT_REQUESTED})
    again = call(acme.agent, "post", path, {"event_type": EventType.APPOINTMENT_REQUESTED})
    outcome = Outcome.objects.get()
    assert first.json() == again.json()
    assert (first.json()["event_id"], outcome.source) == (str(outcome.pk), "api")
    assert code_of(call(acme.agent, "post", path, {"event_type": "made_up"})) == (400, "invalid_request")
    assert code_of(call(globex.owner, "post", path, {"event_type": EventType.QUOTE_REQUESTED})) == (404, "not_found")
