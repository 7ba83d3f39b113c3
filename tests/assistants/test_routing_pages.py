"""The pages about routing rules and hand-offs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants.models import Assistant, Handoff, RoutingRule
from tenants.models import Role
from tests import factories
from tests.reading import plain_of, text_of
from tests.world import Company, signed_in

LIST = reverse("assistants:routing")
NEW = reverse("assistants:routing_create")


@pytest.fixture
def admin(acme: Company) -> Client:
    return signed_in(acme.admin)


def fields(assistant: Assistant | None = None, **given: Any) -> dict[str, Any]:
    aim = {"target": "assistant", "assistant": str(assistant.pk)} if assistant else {"target": "people"}
    return {"name": "Bills", "priority": 50, "active": "on", **aim, **given}


def only_rule(company: Company) -> RoutingRule:
    return RoutingRule.objects.for_tenant(company.tenant).get()


def test_d08_a_rule_is_written_changed_switched_and_deleted(admin: Client, acme: Company) -> None:
    given = fields(
        acme.assistant, keywords="invoice, money back\nINVOICE", weekdays=["1", "2"], begins="22:00", ends="06:00"
    )
    assert admin.post(NEW, given).headers["Location"] == LIST
    rule = only_rule(acme)
    assert (rule.keywords, rule.weekdays) == (["invoice", "money back"], [1, 2])
    assert (rule.begins, rule.ends) == (dt.time(22), dt.time(6))
    shown = text_of(admin.get(LIST))
    assert "Says “invoice” or “money back”." in shown
    assert "Monday, Tuesday, 22:00 to 06:00." in shown

    edit = reverse("assistants:routing_edit", args=[rule.pk])
    assert 'value="22:00"' in text_of(admin.get(edit))
    admin.post(edit, fields(name="To the team", intent="complaint", priority=100))
    rule.refresh_from_db()
    assert (rule.name, rule.target, rule.assistant, rule.hours) == ("To the team", "people", None, None)

    admin.post(reverse("assistants:routing_switch", args=[rule.pk]), {})
    rule.refresh_from_db()
    assert not rule.active
    admin.post(reverse("assistants:routing_switch", args=[rule.pk]), {"active": "on"})
    rule.refresh_from_db()
    assert rule.active

    admin.post(reverse("assistants:routing_removal", args=[rule.pk]))
    assert not RoutingRule.objects.exists()
    assert "No rules yet" in text_of(admin.get(LIST))


def test_d08_the_list_stands_in_the_order_of_evaluation(admin: Client, acme: Company) -> None:
    for name, priority in [("third", 1), ("first", 99), ("second", 1)]:
        RoutingRule.objects.create(tenant=acme.tenant, name=f"rule {name}", priority=priority, target="people")
    page = text_of(admin.get(LIST))
    assert page.index("rule first") < page.index("rule third") < page.index("rule second")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"priority": 101}, "less than or equal to 100"),
        ({"priority": -1}, "greater than or equal to 0"),
        ({"name": ""}, "This field is required"),
        ({"begins": "09:00"}, "Fill in both times, or none."),
        ({"ends": "09:00"}, "Fill in both times, or none."),
        ({"keywords": "!!!"}, "holds no letter and no digit"),
        ({"keywords": "x" * 81}, "at most 80 characters"),
        ({"keywords": ",".join(f"word{n}" for n in range(51))}, "These are 51 keywords"),
        ({"intent": "world domination"}, "Select a valid choice"),
        ({"weekdays": ["8"]}, "Select a valid choice"),
        ({"target": "assistant"}, "Choose the assistant that answers."),
    ],
)
def test_d08_a_rule_that_cannot_be_right_is_refused_in_words(admin: Client, given: dict[str, Any], words: str) -> None:
    answer = admin.post(NEW, fields(**given))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not RoutingRule.objects.exists()


def test_d08_a_strangers_assistant_is_no_choice_and_their_rules_are_not_found(
    admin: Client, acme: Company, globex: Company
) -> None:
    assert "Select a valid choice" in text_of(admin.post(NEW, fields(globex.assistant)))
    theirs = RoutingRule.objects.create(tenant=globex.tenant, name="Secret rule", target="people")
    assert "Secret rule" not in text_of(admin.get(LIST))
    for name in ("routing_edit", "routing_switch", "routing_removal"):
        url = reverse(f"assistants:{name}", args=[theirs.pk])
        assert admin.post(url, fields()).status_code == 404
    assert admin.get(reverse("assistants:handoff", args=[globex.assistant.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.active


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_d14_only_admins_decide_who_answers(acme: Company, role: Role) -> None:
    client = signed_in(acme.member(role))
    assert client.get(LIST).status_code == 403
    assert client.post(NEW, fields()).status_code == 403
    assert client.get(reverse("assistants:handoff", args=[acme.assistant.pk])).status_code == 403


def test_d08_the_box_says_who_would_answer_and_why(admin: Client, acme: Company) -> None:
    RoutingRule.objects.create(tenant=acme.tenant, name="Night", target="people", begins=dt.time(22), ends=dt.time(6))
    url = reverse("assistants:routing_tried")
    by_day = text_of(admin.get(url, {"text": "Hello", "at": "2026-03-02T12:00", "channel": "widget"}))
    assert "It holds at another time: Every day, 22:00 to 06:00." in by_day
    assert "no rule fits, and it is the default for chat" in by_day
    by_night = text_of(admin.get(url, {"text": "Hello", "at": "2026-03-02T23:30", "channel": "widget"}))
    assert "Your team</span> answers, by the rule “Night”." in by_night
    assert "Wins: every condition holds." in by_night
    Assistant.objects.filter(tenant=acme.tenant).update(is_default=False, is_default_chat=False)
    nobody = text_of(admin.get(url, {"text": "Hello", "at": "2026-03-02T12:00"}))
    assert "Nobody</span> No rule fits, and no assistant is the default for chat." in nobody
    assert admin.get(url, {"text": "Hello", "at": "yesterday"}).status_code == 422


def test_d08_the_boxs_time_is_the_tenants_own(admin: Client, acme: Company) -> None:
    acme.tenant.timezone = "Asia/Tokyo"
    acme.tenant.save()
    RoutingRule.objects.create(tenant=acme.tenant, name="Lunch", target="people", begins=dt.time(12), ends=dt.time(13))
    url = reverse("assistants:routing_tried")
    assert "by the rule “Lunch”" in text_of(admin.get(url, {"text": "Hi", "at": "2026-03-02T12:30"}))


def test_d09_a_hand_off_is_set_up_and_shown_again(admin: Client, acme: Company) -> None:
    bob = factories.make_assistant(acme.tenant, "Bob", is_default=False, is_default_chat=False)
    url = reverse("assistants:handoff", args=[acme.assistant.pk])
    assert "It keeps every conversation" in text_of(admin.get(url))
    given = {
        "on_no_answer": "on", "keywords": "lawyer, sue", "intents": ["billing"], "target": "assistant",
        "to_assistant": str(bob.pk), "style": "custom", "message": "{assistant} asks {target}", "most": "5",
    }  # fmt: skip
    assert admin.post(url, given).status_code == 302
    kept = Handoff.objects.get(assistant=acme.assistant)
    assert (kept.tenant, kept.on_no_answer, kept.on_person) == (acme.tenant, True, False)
    assert (kept.keywords, kept.intents, kept.to_assistant, kept.most) == (["lawyer", "sue"], ["billing"], bob, 5)
    assert "lawyer, sue" in text_of(admin.get(url))
    admin.post(url, given | {"target": "people", "most": "1"})
    kept.refresh_from_db()
    assert (kept.target, kept.to_assistant, kept.most) == ("people", None, 1)
    assert Handoff.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"most": "0"}, "greater than or equal to 1"),
        ({"most": "11"}, "less than or equal to 10"),
        ({"target": "assistant"}, "Choose the assistant that takes over."),
        ({"style": "custom"}, "Write what the visitor reads."),
        ({"style": "custom", "message": "Ask {somebody}"}, "{somebody} isn’t known"),
        ({"intents": ["human"]}, "Select a valid choice"),
    ],
)
def test_d09_settings_that_cannot_be_right_are_refused(
    admin: Client, acme: Company, given: dict[str, Any], words: str
) -> None:
    url = reverse("assistants:handoff", args=[acme.assistant.pk])
    answer = admin.post(url, {"target": "people", "style": "announce", "most": "3", **given})
    assert answer.status_code == 422
    assert words in plain_of(answer)
    assert not Handoff.objects.exists()


def test_d09_an_assistant_cannot_pass_visitors_to_itself_or_to_a_strangers(
    admin: Client, acme: Company, globex: Company
) -> None:
    url = reverse("assistants:handoff", args=[acme.assistant.pk])
    for assistant in (acme.assistant, globex.assistant):
        given = {"target": "assistant", "to_assistant": str(assistant.pk), "style": "announce", "most": "3"}
        assert "Select a valid choice" in text_of(admin.post(url, given))
    assert not Handoff.objects.exists()


def test_d08_the_list_costs_as_much_for_many_rules(admin: Client, acme: Company) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(LIST).status_code == 200
        return len(seen)

    RoutingRule.objects.create(tenant=acme.tenant, name="One", assistant=acme.assistant)
    few = queries()
    for number in range(20):
        RoutingRule.objects.create(tenant=acme.tenant, name=f"Rule {number}", assistant=acme.assistant)
    assert queries() == few
