"""Which rule decides, and what comes before and after rules."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assistants import rulebook
from assistants.models import Assistant, RoutingRule
from assistants.routing.rules import Situation
from assistants.selection import AssistantMisconfigured, NoAssistant, PeopleAnswer, default_for_chat, select
from tenants.models import Tenant
from tests import factories
from tests.world import Company

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)  # a Monday


def helper(tenant: Tenant, name: str, **fields: Any) -> Assistant:
    """An assistant without stars."""
    return factories.make_assistant(tenant, name, **{"is_default": False, "is_default_chat": False, **fields})


def rule(tenant: Tenant, name: str, **fields: Any) -> RoutingRule:
    return RoutingRule.objects.create(tenant=tenant, name=name, **fields)


def chosen(tenant: Tenant, text: str = "Hello", *, at: dt.datetime = NOON, **named: Any) -> str:
    """The name of who answers, as the chat asks for it."""
    situation = Situation(text, "widget", at.astimezone(tenant.tzinfo))
    try:
        return select(tenant, **{"requested": None, "current": None, **named}, situation=situation).name
    except PeopleAnswer:
        return "people"


def test_s13_the_order_is_requested_current_rule_default_chat_general_default() -> None:
    tenant = factories.make_tenant()
    names = ["Requested", "Current", "Ruled"]
    requested, current, ruled = (helper(tenant, name) for name in names)
    chat = helper(tenant, "Chat", is_default_chat=True)
    general = helper(tenant, "General", is_default=True)
    by_rule = rule(tenant, "All", assistant=ruled)

    assert chosen(tenant, requested=requested.pk, current=current.pk) == "Requested"
    assert chosen(tenant, current=current.pk) == "Current"
    assert chosen(tenant) == "Ruled"
    by_rule.delete()
    assert chosen(tenant) == "Chat"
    chat.delete()
    assert chosen(tenant) == "General"
    general.delete()
    with pytest.raises(NoAssistant):
        chosen(tenant)


def test_d08_the_highest_priority_wins_and_of_equals_the_oldest() -> None:
    tenant = factories.make_tenant()
    factories.make_assistant(tenant, "Default")
    low, old, young, off = (helper(tenant, name) for name in ("Low", "Old", "Young", "Off"))
    rule(tenant, "low", priority=0, assistant=low)
    rule(tenant, "old", priority=90, assistant=old)
    rule(tenant, "young", priority=90, assistant=young)
    rule(tenant, "off", priority=100, active=False, assistant=off)

    assert chosen(tenant) == "Old"
    RoutingRule.objects.filter(name="old").update(active=False)
    assert chosen(tenant) == "Young"
    RoutingRule.objects.filter(name="young").delete()
    assert chosen(tenant) == "Low"


@pytest.mark.parametrize(
    ("conditions", "text", "fits"),
    [
        ({}, "anything", True),
        ({"keywords": ["invoice", "refund"]}, "A refund, please", True),
        ({"keywords": ["invoice", "refund"]}, "Refunds", False),
        ({"intent": "billing"}, "Wo ist meine Rechnung?", True),
        ({"intent": "billing"}, "Where are you?", False),
        ({"keywords": ["invoice"], "intent": "complaint"}, "My invoice", False),
        ({"keywords": ["invoice"], "intent": "complaint"}, "My invoice is unacceptable", True),
        ({"channels": ["widget"]}, "anything", True),
        ({"channels": ["voice"]}, "anything", False),
        ({"weekdays": [1]}, "anything", True),
        ({"weekdays": [2]}, "anything", False),
        ({"weekdays": [1], "begins": dt.time(13), "ends": dt.time(14)}, "anything", False),
        ({"begins": dt.time(12), "ends": dt.time(13)}, "anything", True),
    ],
)
def test_d08_all_conditions_that_are_filled_in_must_hold(conditions: dict[str, Any], text: str, fits: bool) -> None:
    tenant = factories.make_tenant()
    factories.make_assistant(tenant, "Default")
    rule(tenant, "one", assistant=helper(tenant, "Ruled"), **conditions)
    assert chosen(tenant, text) == ("Ruled" if fits else "Default")


@pytest.mark.parametrize(
    ("zone", "utc_hour", "fits"),
    [("Europe/Berlin", 8, True), ("Europe/Berlin", 7, False), ("America/New_York", 14, True),
     ("America/New_York", 13, False), ("Asia/Tokyo", 0, True), ("Asia/Tokyo", 8, False)],
)  # fmt: skip
def test_d08_hours_are_those_on_the_tenants_wall(zone: str, utc_hour: int, fits: bool) -> None:
    """From nine to five, on Monday, wherever that is: 09:00 in Tokyo is midnight in UTC."""
    tenant = factories.make_tenant(timezone=zone)
    factories.make_assistant(tenant, "Default")
    hours = {"weekdays": [1], "begins": dt.time(9), "ends": dt.time(17)}
    rule(tenant, "office", assistant=helper(tenant, "Office"), **hours)
    at = dt.datetime(2026, 3, 2, utc_hour, tzinfo=dt.UTC)
    assert at.astimezone(ZoneInfo(zone)).isoweekday() == 1
    assert chosen(tenant, at=at) == ("Office" if fits else "Default")


def test_d08_a_rule_may_send_to_people() -> None:
    tenant = factories.make_tenant()
    rule(tenant, "angry", target="people", intent="complaint")
    assert chosen(tenant, "This is unacceptable") == "people"
    with pytest.raises(NoAssistant):
        chosen(tenant, "Hello")


def test_s13_a_rule_whose_assistant_cannot_answer_is_passed_over() -> None:
    tenant = factories.make_tenant()
    default = factories.make_assistant(tenant, "Default")
    gone, archived = helper(tenant, "Gone"), helper(tenant, "Archived", active=False)
    rule(tenant, "gone", priority=90, assistant=gone)
    rule(tenant, "archived", priority=80, assistant=archived)
    gone.delete()

    assert chosen(tenant) == "Default"
    rule(tenant, "next", priority=70, assistant=helper(tenant, "Next"))
    assert chosen(tenant) == "Next"
    RoutingRule.objects.filter(name="next").delete()
    default.delete()
    with pytest.raises(AssistantMisconfigured, match="“gone” can’t be followed"):
        chosen(tenant)


def test_s13_an_archived_current_assistant_gives_way_to_the_rules() -> None:
    tenant = factories.make_tenant()
    factories.make_assistant(tenant, "Default")
    rule(tenant, "one", assistant=helper(tenant, "Ruled"))
    archived = helper(tenant, "Archived", active=False)
    assert chosen(tenant, current=archived.pk) == "Ruled"
    with pytest.raises(AssistantMisconfigured):
        chosen(tenant, requested=archived.pk)


def test_d08_another_tenants_rules_and_assistants_stay_theirs(acme: Company, globex: Company) -> None:
    rule(globex.tenant, "theirs", assistant=globex.assistant)
    assert chosen(acme.tenant) == acme.assistant.name
    rule(acme.tenant, "stolen", assistant=globex.assistant)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    RoutingRule.objects.filter(name="stolen").delete()


def test_d08_rules_cost_one_query_and_only_where_there_are_any(acme: Company) -> None:
    def queries(**named: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            chosen(acme.tenant, **named)
        return len(seen)

    assert queries() == 1
    for number in range(20):
        rule(acme.tenant, f"rule {number}", keywords=["never"], assistant=acme.assistant)
    rule(acme.tenant, "fits", priority=1, assistant=helper(acme.tenant, "Ruled"))
    assert chosen(acme.tenant) == "Ruled"
    assert queries() == 2
    assert queries(current=acme.assistant.pk) == 1


def test_s13_who_greets_is_the_default_whatever_the_rules_say(acme: Company) -> None:
    rule(acme.tenant, "all", assistant=helper(acme.tenant, "Ruled"))
    assert default_for_chat(acme.tenant) == acme.assistant


def test_d08_trying_names_the_winner_and_why_each_other_one_is_not(acme: Company) -> None:
    bob = helper(acme.tenant, "Bob")
    rule(acme.tenant, "Off", priority=100, active=False, assistant=bob)
    rule(acme.tenant, "Nights", priority=90, begins=dt.time(22), ends=dt.time(6), assistant=bob)
    rule(acme.tenant, "Words", priority=80, keywords=["refund"], assistant=bob)
    rule(acme.tenant, "Angry", priority=70, intent="complaint", assistant=bob)
    rule(acme.tenant, "Broken", priority=60, assistant=helper(acme.tenant, "Old", active=False))
    rule(acme.tenant, "Wins", priority=50, keywords=["invoice"], assistant=bob)
    rule(acme.tenant, "Late", priority=40, target="people")

    outcome = rulebook.try_rules(tenant=acme.tenant, text="My invoice", channel="widget", at=NOON)

    assert outcome.assistant == bob
    assert outcome.rule is not None
    assert outcome.rule.name == "Wins"
    assert [(verdict.rule.name, verdict.why_not) for verdict in outcome.verdicts] == [
        ("Off", "It is switched off."),
        ("Nights", "It holds at another time: Every day, 22:00 to 06:00."),
        ("Words", "None of its keywords is in the text."),
        ("Angry", "It doesn’t sound as if the visitor is after making a complaint."),
        ("Broken", "“Old” is archived."),
        ("Wins", ""),
        ("Late", "It fits too, but “Wins” comes first."),
    ]


def test_d08_a_tenant_has_a_hundred_rules_at_most(acme: Company) -> None:
    for number in range(rulebook.RULES_MOST):
        rulebook.add_rule(tenant=acme.tenant, name=f"{number}", target="people")
    with pytest.raises(rulebook.RulebookFull):
        rulebook.add_rule(tenant=acme.tenant, name="one too many", target="people")
