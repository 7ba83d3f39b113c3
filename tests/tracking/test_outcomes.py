"""Outcomes as the page is told them: in the chat's answer, over the stream, once per conversation and type."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.utils import timezone
from jsonschema import Draft202012Validator

from conversations import reports, services
from conversations.models import Conversation, Event
from tests.servers import Web
from tests.tracking.endpoints import make_endpoint
from tests.visitor import Visitor
from tests.world import Company, World
from tracking import schema
from tracking.models import EventType, Outcome, OutcomeMapping, WebhookEvent
from widgets.stream import WORTH_TELLING

VERA = {"name": "Vera Visitor", "email": "vera@example.com"}


@pytest.fixture
def visitor(web: Web, world: World) -> Visitor:
    return Visitor(web.url, world.acme.tenant)


def names(details: list[dict]) -> list[str]:
    """Their event types, each detail checked against its schema first."""
    for detail in details:
        Draft202012Validator(schema.schema_of(detail["event_type"])).validate(detail)
    return [detail["event_type"].removeprefix("autochat.").removesuffix(".v1") for detail in details]


def test_s20_the_answer_holds_what_its_turn_came_to(visitor: Visitor, acme: Company) -> None:
    first = visitor.say("Hello", contact=VERA, messageId="m-1").json()
    assert names(first["tracking"]) == ["conversation_started", "contact_captured"]
    assert first["tracking"][1]["data"] == {"has_email": True, "has_phone": False, "has_name": True}
    assert visitor.say("Hello", contact=VERA, messageId="m-1").json() == first  # a lost answer is told again
    assert visitor.say("And now?", contact=VERA).json()["tracking"] == []
    stored = Outcome.objects.for_tenant(acme.tenant).in_order()
    assert [str(row.pk) for row in stored] == [detail["event_id"] for detail in first["tracking"]]
    assert [row.detail for row in stored] == first["tracking"]  # the same for page and webhook


def test_s20_the_sessions_secret_is_not_told(visitor: Visitor, acme: Company) -> None:
    detail = visitor.say("Hello").json()["tracking"][0]
    assert visitor.session not in str(detail)
    again = Visitor(visitor.base_url, acme.tenant, session=visitor.session)
    services.close_conversation(conversation=Conversation.objects.get(pk=detail["conversation_id"]), by=acme.owner)
    assert again.say("Back again").json()["tracking"][0]["session_id"] == detail["session_id"]


def test_s20_later_outcomes_arrive_by_the_stream_and_a_fresh_one_begins_with_all(
    visitor: Visitor, acme: Company
) -> None:
    first = visitor.say("Hello").json()
    conversation = Conversation.objects.get(pk=first["conversationId"])
    with visitor.follow() as stream:
        told = stream.next(tracking=True)
        assert (told.event, told.data) == ("tracking", first["tracking"][0])
        reports.report_outcome(conversation=conversation, event_type=EventType.QUOTE_REQUESTED, source="agent")
        later = stream.next(tracking=True)
        assert (later.event, names([later.data])) == ("tracking", ["quote_requested"])
        assert later.data["trigger_source"] == "agent"
    with visitor.follow() as fresh:
        assert [fresh.next(tracking=True).data["event_id"] for _ in range(2)] == [
            told.data["event_id"],
            later.data["event_id"],
        ]
        services.close_conversation(conversation=conversation, by=acme.owner)
        ending = [fresh.next(tracking=True) for _ in range(3)]
        assert [told.event for told in ending] == ["message", "tracking", "closed"]
        assert ending[1].data["event_type"] == EventType.CONVERSATION_RESOLVED
        assert ending[1].data["data"]["messages"] == 2


def test_s20_who_was_away_when_it_was_closed_hears_of_it(visitor: Visitor, acme: Company) -> None:
    first = visitor.say("Hello").json()
    conversation = Conversation.objects.get(pk=first["conversationId"])
    with visitor.follow() as stream:
        services.post_reply(conversation=conversation, by=acme.owner, text="Hello Vera")
        seen = stream.next()
    services.close_conversation(conversation=conversation, by=acme.owner)
    with visitor.follow(last_event_id=seen.id) as again:
        told = [again.next(tracking=True) for _ in range(3)]
    assert [one.event for one in told] == ["message", "tracking", "closed"]
    with visitor.follow(last_event_id=told[-1].id) as over:
        assert over.status == 204


def test_s20_a_page_that_was_gone_when_it_was_closed_is_told_all_of_it_and_its_end(
    visitor: Visitor, acme: Company, globex: Company
) -> None:
    conversation = Conversation.objects.get(pk=visitor.say("Hello").json()["conversationId"])
    reports.report_outcome(conversation=conversation, event_type=EventType.LEAD_QUALIFIED, source="agent")
    services.close_conversation(conversation=conversation, by=acme.owner)
    with visitor.follow() as fresh:
        told = [fresh.next(tracking=True) for _ in range(4)]
    assert [one.event for one in told] == ["tracking", "tracking", "tracking", "closed"]
    assert names([one.data for one in told[:3]]) == ["conversation_started", "lead_qualified", "conversation_resolved"]
    assert told[3].data == {"conversationId": str(conversation.pk)}
    with visitor.follow(last_event_id=told[3].id) as again:
        assert again.status == 204  # whoever heard it to its end doesn't go round in circles
    same_elsewhere = Visitor(visitor.base_url, globex.tenant, session=visitor.session)
    for other in (Visitor(visitor.base_url, acme.tenant), same_elsewhere):
        with other.follow() as theirs:
            assert theirs.status == 204


def test_s20_old_news_and_what_pages_are_not_told_end_in_silence(visitor: Visitor, acme: Company) -> None:
    conversation = Conversation.objects.get(pk=visitor.say("Hello").json()["conversationId"])
    services.close_conversation(conversation=conversation, by=acme.owner)
    rows = Conversation.objects.for_tenant(acme.tenant).filter(pk=conversation.pk)
    rows.update(closed_at=timezone.now() - WORTH_TELLING)
    with visitor.follow() as late:
        assert late.status == 204
    rows.update(closed_at=timezone.now() - WORTH_TELLING + timedelta(minutes=5))
    Outcome.objects.for_tenant(acme.tenant).filter(type=EventType.CONVERSATION_STARTED).delete()
    with visitor.follow() as fresh:
        assert [fresh.next(tracking=True).event for _ in range(2)] == ["tracking", "closed"]
    Outcome.objects.for_tenant(acme.tenant).update(emit_browser=False)
    with visitor.follow() as silent:
        assert silent.status == 204


def test_s20_dashboards_hear_nothing_of_what_is_for_the_page(visitor: Visitor, acme: Company) -> None:
    visitor.say("Hello", contact=VERA)
    events = Event.objects.for_tenant(acme.tenant).order_by("seq")
    assert [event.type for event in events][:2] == ["conversation:new", "message:new"]
    assert all("event_id" not in event.data for event in events)


@pytest.mark.parametrize("setting", ["enabled", "emit_browser"])
def test_s21_only_what_the_mapping_has_told_the_page(visitor: Visitor, acme: Company, setting: str) -> None:
    silent = {"tenant": acme.tenant, "event_type": EventType.CONVERSATION_STARTED, setting: False}
    OutcomeMapping.objects.create(**silent)
    assert names(visitor.say("Hello", contact=VERA).json()["tracking"]) == ["contact_captured"]
    with visitor.follow() as stream:
        assert names([stream.next(tracking=True).data]) == ["contact_captured"]
    assert Outcome.objects.for_tenant(acme.tenant).count() == (1 if setting == "enabled" else 2)


def test_s21_the_config_says_whether_pages_are_told_anything(visitor: Visitor, acme: Company, globex: Company) -> None:
    def enabled() -> bool:
        return visitor.get("config").json()["config"]["tracking"]["enabled"]

    assert enabled() is True
    for kind in EventType:
        OutcomeMapping.objects.create(tenant=acme.tenant, event_type=kind, emit_browser=False)
    assert enabled() is False
    acme_mapping = OutcomeMapping.objects.for_tenant(acme.tenant).first()
    acme_mapping.emit_browser = True
    acme_mapping.save()
    assert enabled() is True


@pytest.mark.django_db(transaction=True)
def test_b01_one_outcome_of_a_type_whatever_races(world: World) -> None:
    conversation = world.acme.conversation

    def report(source: str) -> None:
        reports.report_outcome(conversation=conversation, event_type=EventType.QUOTE_REQUESTED, source=source)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(report, ["assistant", "agent", "api"] * 8))
    outcome = Outcome.objects.get()
    assert outcome.detail["event_id"] == str(outcome.pk)
    told = [event for event in Event.objects.all() if event.for_visitor]
    assert [event.for_visitor[0]["data"]["event_id"] for event in told] == [str(outcome.pk)]


def test_b01_page_and_webhook_are_told_the_same_with_one_id(acme: Company) -> None:
    make_endpoint(acme.tenant, events=[EventType.QUOTE_REQUESTED, EventType.APPOINTMENT_REQUESTED])
    OutcomeMapping.objects.create(
        tenant=acme.tenant, event_type=EventType.APPOINTMENT_REQUESTED, emit_webhook=False, emit_browser=False
    )
    for kind in (EventType.QUOTE_REQUESTED, EventType.APPOINTMENT_REQUESTED):
        reports.report_outcome(conversation=acme.conversation, event_type=kind, source="agent")
    event = WebhookEvent.objects.get()
    (told,) = [one.for_visitor[0]["data"] for one in Event.objects.for_tenant(acme.tenant) if one.for_visitor]
    assert orjson.loads(event.body)["data"] == told
    assert str(event.pk) == told["event_id"]


def test_b03_the_log_tells_of_an_outcome_that_no_page_is_told(acme: Company) -> None:
    OutcomeMapping.objects.create(
        tenant=acme.tenant, event_type=EventType.QUOTE_REQUESTED, emit_browser=False, emit_webhook=False
    )
    for _ in range(2):
        reports.report_outcome(conversation=acme.conversation, event_type=EventType.QUOTE_REQUESTED, source="api")
    told = Event.objects.for_tenant(acme.tenant).filter(type="conversation:updated").get()
    assert (told.conversation_id, told.for_visitor) == (acme.conversation.pk, None)


def test_s21_only_conversations_of_the_widget(acme: Company) -> None:
    acme.conversation.channel = "email"
    reports.report_outcome(conversation=acme.conversation, event_type=EventType.QUOTE_REQUESTED, source="agent")
    assert not Outcome.objects.exists()


def test_s22_an_outcome_that_there_is_not_is_refused(acme: Company) -> None:
    with pytest.raises(ValueError, match="unheard_of"):
        reports.report_outcome(conversation=acme.conversation, event_type="autochat.unheard_of.v1", source="api")
