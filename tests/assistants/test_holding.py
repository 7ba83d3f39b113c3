"""Visitors whose reply is held for long: told so once, in their stream, and never after a person."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from assistants import holding
from assistants.chores import tell_who_waits
from assistants.models import Holding, Review
from conversations import log
from conversations.models import Conversation, Message
from conversations.services import close_conversation, pause_assistant, post_reply
from tests.assistants.test_reviews import api, hold
from tests.world import Company, signed_in
from widgets.stream import _told

pytestmark = pytest.mark.django_db
TEXT = "A colleague is checking this. You get an answer here."


@pytest.fixture
def acme(acme: Company) -> Company:
    """A company that has visitors told after five minutes."""
    holding.set_holding(acme.tenant, minutes=5, text=TEXT)
    return acme


def waits(company: Company, minutes: int, body: str = "You get your money back.") -> Review:
    """A reply that has been held for so long."""
    review = hold(company, body)
    Review.objects.filter(pk=review.pk).update(created_at=timezone.now() - timedelta(minutes=minutes, seconds=1))
    return review


def told(company: Company) -> list[str]:
    """What the system has said in the conversation."""
    said = Message.objects.filter(conversation=company.conversation, author=Message.Author.SYSTEM)
    return [message.body for message in said.in_order()]


def test_s12_a_visitor_who_waits_is_told_once(acme: Company) -> None:
    waits(acme, 4)
    assert tell_who_waits() == 0
    Review.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    waits(acme, 6, "A second one")

    assert tell_who_waits() == 1
    assert tell_who_waits() == 0
    assert told(acme) == [TEXT]
    events = [event for frame in log.read(acme.tenant.pk, 0, 50) for event in _told(frame)[0]]
    assert len(events) == 1
    assert b'"author":"system"' in events[0].replace(b" ", b"")
    assert TEXT.encode() in events[0]


def test_s12_what_is_held_still_reaches_the_visitor_when_it_is_released(acme: Company, client: Client) -> None:
    review = waits(acme, 6)
    tell_who_waits()
    api(client, acme, review, decision="release")
    review.message.refresh_from_db()
    assert review.message.state == Message.State.SENT
    assert Conversation.objects.get(pk=acme.conversation.pk).last_message_at == review.message.created_at


def test_b05_nobody_is_told_after_a_person_has_taken_over(acme: Company, globex: Company) -> None:
    waits(acme, 6)
    post_reply(conversation=acme.conversation, by=acme.agent, text="I am here.")
    assert tell_who_waits() == 0
    assert told(acme) == []

    holding.set_holding(globex.tenant, minutes=5, text=TEXT)
    waits(globex, 6)
    pause_assistant(conversation=globex.conversation)
    close_conversation(conversation=globex.conversation, by=globex.agent)
    assert tell_who_waits() == 0
    assert TEXT not in told(globex)


def test_s12_without_the_setting_nothing_is_said(globex: Company) -> None:
    waits(globex, 60)
    assert tell_who_waits() == 0


@pytest.mark.django_db(transaction=True)
def test_s12_of_two_clocks_that_ring_at_once_one_tells(acme: Company) -> None:
    waits(acme, 6)
    gate, counts = threading.Barrier(4), []

    def ring() -> None:
        gate.wait(10)
        counts.append(tell_who_waits())
        connection.close()

    threads = [threading.Thread(target=ring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(counts) == [0, 0, 0, 1]
    assert told(acme) == [TEXT]


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"minutes": "10", "text": "Soon."}, (10, "Soon.")),
        ({"minutes": "", "text": "Soon."}, None),
        ({"minutes": "10", "text": ""}, (5, TEXT)),
        ({"minutes": "500", "text": "Soon."}, (5, TEXT)),
    ],
)
def test_s12_the_safety_page_sets_it(acme: Company, fields: dict[str, str], stored: Any) -> None:
    response = signed_in(acme.admin).post("/assistants/safety/holding", fields)
    assert response.status_code == (422 if stored == (5, TEXT) else 302)
    assert Holding.objects.for_tenant(acme.tenant).values_list("minutes", "text").first() == stored
    assert signed_in(acme.admin).get("/assistants/safety").status_code == 200
