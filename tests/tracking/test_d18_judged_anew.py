"""D18, D13: whoever learns who a contact is, all open conversations of theirs are judged by it, each outcome once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations import contact_news, contact_services, contacts
from conversations.models import Contact, ContactNews, Conversation, Event
from conversations.said import ContactDetails
from conversations.tasks import spread_contact_news
from tests.conversations.contacts import talk_with, write
from tests.factories import make_conversation
from tests.world import Company
from tracking.models import Answers, EventType, Outcome, Qualification

REACHABLE = {"any": [{"field": "email", "operator": "exists"}, {"field": "phone", "operator": "exists"}]}
COMPANY = {"field": "company", "operator": "exists"}
BUDGET = {"key": "budget", "label": "Budget", "type": "number", "required": False, "choices": []}


def ask(acme: Company, criteria: dict[str, Any]) -> None:
    fields = [
        {"key": key, "label": key, "type": "text", "required": False, "choices": []}
        for key in ("email", "phone", "company", "name")
    ]
    Qualification.objects.create(tenant=acme.tenant, fields=[*fields, BUDGET], criteria=criteria)


def correct(contact: Contact, **details: str) -> None:
    contact_services.change_contact(contact, **details)


def leads() -> set[Conversation]:
    return set(Conversation.objects.filter(qualified=True))


def reached(kind: EventType) -> set[Conversation]:
    outcomes = Outcome.objects.filter(type=kind)
    conversations = [outcome.conversation for outcome in outcomes.select_related("conversation")]
    assert len(conversations) == len(set(conversations))
    return set(conversations)


def told(conversation: Conversation) -> list[str]:
    return list(Event.objects.filter(conversation_id=conversation.pk).order_by("seq").values_list("type", flat=True))


def test_d18_a_persons_correction_is_judged_in_every_open_conversation(acme: Company) -> None:
    ask(acme, REACHABLE)
    contact, talks = talk_with(acme, 3, name="Vera", email="")
    closed = make_conversation(acme.tenant, contact=contact, status="closed")
    correct(contact, email="vera@x.example")
    assert leads() == reached(EventType.LEAD_QUALIFIED) == reached(EventType.CONTACT_CAPTURED) == set(talks)
    for conversation in talks:
        assert told(conversation) == ["conversation:updated", "conversation:qualified"]
    assert told(closed) == []
    contact.refresh_from_db()
    assert contact.qualified
    shown = Event.objects.filter(conversation_id=talks[0].pk, type="conversation:updated").get()
    assert shown.data["contact_data"]["email"] == "vera@x.example"
    names = {
        one["data"]["event_type"] for event in Event.objects.exclude(for_visitor=None) for one in event.for_visitor
    }
    assert names == {EventType.LEAD_QUALIFIED, EventType.CONTACT_CAPTURED}


def test_d18_it_is_told_once_and_nothing_is_taken_back(acme: Company) -> None:
    ask(acme, REACHABLE)
    contact, talks = talk_with(acme, 2, name="Vera", email="")
    for email in ("vera@x.example", "", "vera@y.example"):
        correct(contact, email=email)
    assert leads() == set(talks)
    assert Outcome.objects.count() == 4


def test_d18_answers_of_each_conversation_count_with_what_the_contact_says(acme: Company) -> None:
    ask(acme, {"all": [COMPANY, {"field": "budget", "operator": "gte", "value": 1000}]})
    contact, (rich, poor) = talk_with(acme, 2)
    for conversation, budget in ((rich, 2000), (poor, 20)):
        Answers.objects.create(tenant=acme.tenant, conversation=conversation, values={"budget": budget})
    correct(contact, company="Ferrer Ltd")
    assert leads() == {rich}


def test_d18_only_so_many_are_judged_at_once_and_the_rest_a_moment_later(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_news, "BATCH", 2)
    ask(acme, REACHABLE)
    contact, talks = talk_with(acme, 5, name="Vera", email="")
    correct(contact, email="vera@x.example")
    assert leads() == set(talks[-2:])
    assert spread_contact_news() == 1
    assert leads() == set(talks)
    assert (ContactNews.objects.count(), spread_contact_news()) == (0, 0)


def test_d18_what_one_conversation_learns_the_others_are_judged_by(acme: Company) -> None:
    ask(acme, COMPANY)
    first, second = (write(acme, session, email="v@x.example") for session in ("s1", "s2"))
    contacts.attach(acme.tenant, second, ContactDetails(company="Visitor Ltd"))
    assert first not in leads()
    assert spread_contact_news() == 1
    assert first in leads()
    assert told(first)[-2:] == ["conversation:updated", "conversation:qualified"]
    assert not ContactNews.objects.exists()


def test_d18_a_visitor_who_comes_back_with_nothing_new_is_no_news(acme: Company) -> None:
    for session in ("s1", "s2", "s3"):
        write(acme, session, name="Vera", email="v@x.example")
    assert not ContactNews.objects.exists()
    write(acme, "s4", email="v@x.example", phone="+44 20 7946 0018")
    assert ContactNews.objects.get().contact.phone == "+44 20 7946 0018"


def test_d18_what_is_news_while_it_is_spread_stays_to_be_done(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(acme, COMPANY)
    contact, talks = talk_with(acme, 2)
    contact_news.note(contact, but=[])
    seen = ContactNews.objects.select_related("contact").get()
    Contact.objects.filter(pk=contact.pk).update(company="Late Ltd")
    contact_news.note(contact, but=[])  # after the worker has read its row
    contact_news.look_again(seen)
    assert ContactNews.objects.get().round == 2
    spread_contact_news()
    assert (leads(), ContactNews.objects.count()) == (set(talks), 0)


def test_d18_judging_costs_the_same_with_few_and_many(acme: Company) -> None:
    ask(acme, COMPANY)
    costs = []
    for number in (2, 30):
        contact, talks = talk_with(acme, number, name="Vera")
        correct(contact, name="Vera V.")  # they can be reached: each is told so, once
        assert reached(EventType.CONTACT_CAPTURED) >= set(talks)
        with CaptureQueriesContext(connection) as queries:
            correct(contact, name="Vera Visitor")
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 14


def test_d18_a_lead_makes_its_contact_one(acme: Company) -> None:
    ask(acme, COMPANY)
    conversation = write(acme, "s1", name="Vera")
    contacts.attach(acme.tenant, conversation, ContactDetails(email="v@x.example", company="Visitor Ltd"))
    contact = Contact.objects.get(email="v@x.example")
    correct(contact, name="Vera Visitor")
    contact.refresh_from_db()
    assert contact.qualified
