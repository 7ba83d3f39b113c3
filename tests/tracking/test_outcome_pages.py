"""S21, D13, P3 on pages: mappings, and what a conversation came to."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations import ratings, reports
from conversations.models import Conversation
from tenants.models import Role
from tests import factories
from tests.world import signed_in
from tracking.models import Answers, EventType, Outcome, OutcomeMapping, Qualification

TAB = "/settings/widget?tab=tracking"


def mapping_form(**changes):
    data = {}
    for place in range(8):
        for name in ("enabled", "emit_browser", "emit_webhook"):
            data |= {f"m{place}-{name}": "on", f"initial-m{place}-{name}": "True"}
    return {key: value for key, value in (data | changes).items() if value is not None}


def test_s21_mappings_are_saved_together_on_the_tracking_tab(acme, admin):
    page = admin.get(TAB).content.decode()
    assert all(kind.label in page and kind.value in page for kind in EventType)
    place = EventType.values.index(EventType.QUOTE_REQUESTED)
    change = {f"m{place}-emit_browser": None, f"m{place}-conversion_value": "40", f"m{place}-currency": "gbp"}
    saved = admin.post("/settings/widget/tracking/mappings", mapping_form(**change))
    assert (saved.status_code, saved["Location"]) == (302, TAB)
    mapping = OutcomeMapping.objects.for_tenant(acme.tenant).get(event_type=EventType.QUOTE_REQUESTED)
    assert (mapping.emit_browser, mapping.conversion_value, mapping.currency) == (False, 40, "GBP")


def test_s21_a_value_without_its_currency_is_said_beside_its_row_and_nothing_is_saved(admin):
    answer = admin.post("/settings/widget/tracking/mappings", mapping_form(**{"m2-conversion_value": "85"}))
    assert answer.status_code == 422
    assert "Say which currency" in answer.content.decode()
    assert not OutcomeMapping.objects.exists()


@pytest.mark.parametrize(("typed", "value"), [("85,50", "85.50"), ("85.5", "85.50"), ("1.200,50", None), ("-1", None)])
def test_s21_an_amount_may_have_a_comma_before_its_cents(admin, typed, value):
    change = {"m2-conversion_value": typed, "m2-currency": "EUR"}
    answer = admin.post("/settings/widget/tracking/mappings", mapping_form(**change))
    assert answer.status_code == (302 if value else 422)
    assert [str(mapping.conversion_value) for mapping in OutcomeMapping.objects.all()] == ([value] if value else [])


def test_s21_two_admins_at_once_keep_what_each_of_them_changed(acme, admin):
    seen = mapping_form()  # both opened the page before either saved
    admin.post("/settings/widget/tracking/mappings", seen | {"m2-conversion_value": "40", "m2-currency": "EUR"})
    other = {key: value for key, value in seen.items() if key != "m2-emit_browser"}
    signed_in(acme.owner).post("/settings/widget/tracking/mappings", other)
    mapping = OutcomeMapping.objects.get()
    assert (mapping.emit_browser, mapping.conversion_value, mapping.currency) == (False, 40, "EUR")


def test_s21_the_fields_that_are_told_are_compared_with_those_on_the_page(admin):
    page = admin.get(TAB).content.decode()
    assert 'name="initial-m2-enabled" value="True"' in page
    assert 'name="initial-m7-include_fields"' in page


@pytest.mark.parametrize("path", ["/settings/qualification", "/settings/widget/tracking/mappings"])
def test_d14_only_admins_change_what_is_told_and_asked(acme, path):
    assert signed_in(acme.member(Role.MANAGER)).post(path, {}).status_code == 403


def test_s21_people_set_outcomes_by_hand_and_see_what_was_reached(acme, globex):
    client, path = signed_in(acme.agent), f"/inbox/{acme.conversation.pk}/outcomes"
    ratings.rate_conversation(conversation=acme.conversation, score=4, comment="Quick & kind")
    before = client.get(path).content.decode()
    assert "4 of 5" in before
    assert "Quick &amp; kind" in before
    assert client.post(f"{path}/new", {"event_type": EventType.QUOTE_REQUESTED}).status_code == 302
    outcome = Outcome.objects.get(type=EventType.QUOTE_REQUESTED)
    assert (outcome.source, outcome.detail["trigger_source"]) == ("agent", "agent")
    after = client.get(path).content.decode()
    assert "Quote requested</span>" in after
    assert "Told at once, and for good" in after
    assert " autofocus" not in after
    swapped = client.post(
        f"{path}/new", {"event_type": EventType.APPOINTMENT_REQUESTED}, headers={"HX-Request": "true"}
    )
    assert "Appointment requested” is set" in json.loads(swapped["HX-Trigger"])["toast"]["text"]
    assert 'popovertarget="set-outcome" autofocus' in swapped.content.decode()
    assert f'value="{EventType.QUOTE_REQUESTED}"' not in after
    assert client.post(f"{path}/new", {"event_type": EventType.CONVERSATION_RATED}).status_code == 400
    assert signed_in(globex.owner).get(path).status_code == 404
    assert signed_in(globex.owner).post(f"{path}/new", {"event_type": EventType.QUOTE_REQUESTED}).status_code == 404


def test_s21_what_is_not_counted_is_not_offered_to_be_set(acme):
    client, path = signed_in(acme.agent), f"/inbox/{acme.conversation.pk}/outcomes"
    for kind in (EventType.QUOTE_REQUESTED, EventType.LEAD_QUALIFIED):
        OutcomeMapping.objects.create(tenant=acme.tenant, event_type=kind, enabled=False)
    assert client.post(f"{path}/new", {"event_type": EventType.QUOTE_REQUESTED}).status_code == 400
    assert f'value="{EventType.QUOTE_REQUESTED}"' not in client.get(path).content.decode()
    assert client.post(f"{path}/new", {"event_type": EventType.LEAD_QUALIFIED}).status_code == 302
    client.post(f"{path}/new", {"event_type": EventType.APPOINTMENT_REQUESTED})
    shown = client.get(path).content.decode()
    assert "Qualified</span>" in shown
    assert f'value="{EventType.LEAD_QUALIFIED}"' not in shown


def test_d13_people_complete_the_answers_and_the_visitor_qualifies(acme, globex):
    fields = [
        {"key": "budget", "label": "Budget", "type": "number", "required": False, "choices": []},
        {"key": "size", "label": "Size", "type": "choice", "required": False, "choices": ["Small", "Large"]},
    ]
    criteria = {"field": "budget", "operator": "gt", "value": 100}
    Qualification.objects.create(tenant=acme.tenant, fields=fields, criteria=criteria)
    client, path = signed_in(acme.agent), f"/inbox/{acme.conversation.pk}/answers"
    refused = client.post(path, {"budget": "lots"})
    assert refused.status_code == 422
    assert "Write a number." in refused.content.decode()
    assert client.post(path, {"budget": "1.500", "size": "Large"}).status_code == 302
    assert Answers.objects.get().values == {"budget": 1500, "size": "Large"}
    assert Conversation.objects.get(pk=acme.conversation.pk).qualified
    assert client.post(path, {"budget": "", "initial-budget": "1500", "size": "Large"}).status_code == 302
    assert Answers.objects.get().values == {"size": "Large"}
    assert signed_in(globex.owner).get(path).status_code == 404


def test_f05_the_panel_asks_as_much_for_one_outcome_as_for_many(acme):
    client = signed_in(acme.agent)
    counts = []
    for kinds in ([], EventType.values[:1], EventType.values[:4]):
        conversation = factories.make_conversation(acme.tenant)
        for kind in kinds:
            reports.report_outcome(conversation=conversation, event_type=kind, source="agent")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/inbox/{conversation.pk}/outcomes")
        counts.append(len(asked))
    assert len(set(counts)) == 1
