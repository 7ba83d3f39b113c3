"""S21, D13, P3 on pages: mappings, qualification without JSON, and what a conversation came to."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations import ratings, reports
from conversations.models import Conversation
from tenants.models import Role
from tests import factories
from tests.world import signed_in
from tracking.models import Answers, EventType, Outcome, OutcomeMapping, Qualification

PAGE = "/settings/qualification"
TAB = "/settings/widget?tab=tracking"


@pytest.fixture
def admin(acme):
    return signed_in(acme.admin)


def mapping_form(**changes):
    data = {}
    for place in range(8):
        data |= {f"m{place}-{name}": "on" for name in ("enabled", "emit_browser", "emit_webhook")}
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


@pytest.mark.parametrize("path", [PAGE, "/settings/widget/tracking/mappings"])
def test_d14_only_admins_change_what_is_told_and_asked(acme, path):
    assert signed_in(acme.member(Role.MANAGER)).post(path, {}).status_code == 403


def typed(**more):
    return {
        "fields": "1",
        "f0-key": "budget",
        "f0-label": "Budget",
        "f0-type": "number",
        "n-kind": "all",
        "node": ["0", "1", "1.0"],
        "n0-field": "budget",
        "n0-operator": "gte",
        "n0-value": "1.000",
        "n1-kind": "any",
        "n1.0-field": "email",
        "n1.0-operator": "exists",
        "n1.0-value": "",
    } | more


def test_d13_groups_are_edited_with_buttons_and_saved(acme, admin):
    bare = {"fields": "0", "n-kind": "all"}
    page = admin.post(PAGE, bare | {"act": "add-condition:"}).content.decode()
    assert 'name="n0-field" autofocus' in page
    page = admin.post(PAGE, typed(act="add-group:1")).content.decode()
    assert 'name="n1.1-kind"' in page
    assert 'name="n1.1.0-field"' in page
    page = admin.post(PAGE, typed(act="remove:0")).content.decode()
    assert 'name="n1-kind"' not in page
    assert 'name="n0.0-field"' in page
    assert "data-dirty" in page
    assert not Qualification.objects.exists()
    assert admin.post(PAGE, typed(act="save")).status_code == 302
    assert Qualification.objects.for_tenant(acme.tenant).get().criteria == {
        "all": [
            {"field": "budget", "operator": "gte", "value": "1.000"},
            {"any": [{"field": "email", "operator": "exists", "value": True}]},
        ]
    }
    again = admin.get(PAGE).content.decode()
    assert 'value="1.000"' in again
    assert "data-dirty" not in again


def test_d13_trying_says_why_and_keeps_nothing(admin):
    page = admin.post(PAGE, typed(act="try", **{"f0-tried": "2.000", "try-email": "v@example.com"})).content.decode()
    assert "<strong>Qualified</strong>" in page
    page = admin.post(PAGE, typed(act="try", **{"f0-tried": "2"})).content.decode()
    assert "Budget is at least 1.000: it is 2." in page
    assert not Qualification.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n0-value": "much"}, "This must be a number."),
        ({"f0-key": "Budget!"}, "Use a small letter"),
        ({"f0-type": "choice"}, "different choices"),
        ({"n0-operator": "contains"}, "For this field use one of"),
        ({"node": ["0", "1"]}, "A group needs at least one condition."),
    ],
)
def test_d13_what_is_wrong_stands_beside_it(admin, change, words):
    answer = admin.post(PAGE, typed(act="save") | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()


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
    assert f'value="{EventType.QUOTE_REQUESTED}"' not in after
    assert client.post(f"{path}/new", {"event_type": EventType.CONVERSATION_RATED}).status_code == 400
    assert signed_in(globex.owner).get(path).status_code == 404
    assert signed_in(globex.owner).post(f"{path}/new", {"event_type": EventType.QUOTE_REQUESTED}).status_code == 404


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
    assert client.post(path, {"budget": "", "size": "Large"}).status_code == 302
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
