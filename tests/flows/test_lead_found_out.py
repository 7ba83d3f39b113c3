"""A model asks what the tenant wants to know: the visitor becomes a lead by rule, and everybody hears of it (D13)."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.assistants.tooling import allow, wants, wish
from tests.dashboard import Dashboard
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Web
from tests.visitor import Visitor, connect_model
from tests.world import Company, World, bearer, signed_in
from tracking.models import EventType, Outcome

ASKED = {
    "fields": [
        {"key": "budget", "label": "Budget", "type": "number", "required": True, "choices": []},
        {"key": "size", "label": "Size", "type": "choice", "required": False, "choices": ["Small", "Large"]},
    ],
    "criteria": {"all": [{"field": "size", "operator": "eq", "value": "Large"}]},
}


@pytest.fixture
def acme(world: World, openai_double: OpenAIDouble) -> Company:
    connect_model(world.acme.assistant, openai_double.url)
    allow(world.acme.assistant, collect_contact=True)
    put = Client().put(
        "/api/tracking/qualification", json.dumps(ASKED), "application/json", headers=bearer(world.acme.admin)
    )
    assert put.status_code == 200, put.content
    return world.acme


def test_d13_what_a_model_finds_out_makes_a_lead_by_rule(web: Web, acme: Company, openai_double: OpenAIDouble) -> None:
    done = Behaviour(text="Noted.")
    openai_double.script(wants(wish("collect_answers", {"budget": 5000})), done)
    openai_double.script(
        wants(wish("collect_answers", {"size": "Huge"}), wish("collect_answers", {"size": "Large"})), done
    )
    visitor = Visitor(web.url, acme.tenant)
    with Dashboard(web) as dashboard:
        dashboard.sign_in(acme.manager)
        first = visitor.say("We have 5,000").json()
        assert EventType.LEAD_QUALIFIED not in [told["event_type"] for told in first["tracking"]]
        second = visitor.say("And we want the large one").json()
        heard = [event for event in dashboard.events(7) if event["type"] == "conversation:qualified"]
    [lead] = [told for told in second["tracking"] if told["event_type"] == EventType.LEAD_QUALIFIED]
    assert lead["trigger_source"] == "rule"
    assert Outcome.objects.get(type=EventType.LEAD_QUALIFIED).detail == lead
    assert [(event["data"]["id"], event["data"]["qualified"]) for event in heard] == [(second["conversationId"], True)]
    shown = Client().get(f"/api/conversations/{second['conversationId']}", headers=bearer(acme.agent)).json()
    assert shown["qualified"] is True
    page = signed_in(acme.agent).get(f"/inbox/{second['conversationId']}").content.decode()
    assert "Used 2 tools" in page
    assert "<code>collect_answers</code>" in page
