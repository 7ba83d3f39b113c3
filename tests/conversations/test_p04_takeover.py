"""P4: people take over, answer, give back, assign, close; on the pages."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connection

from conversations import services
from conversations.models import Conversation, Message
from tests.conversations.reading import lines_of
from tests.factories import make_conversation
from tests.reading import words_of
from tests.world import Company, make_world, signed_in

FROM_SCRIPT = {"HX-Request": "true"}


def act(browser, conversation, noun, **data):
    return browser.post(f"/inbox/{conversation.pk}/{noun}", data, headers=FROM_SCRIPT)


def fresh(conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def test_p04_taking_over_and_giving_back(acme: Company):
    browser = signed_in(acme.agent)
    taken = act(browser, acme.conversation, "handover")
    assert "You answer" in words_of(taken)
    assert "Give back" in words_of(taken)
    assert (fresh(acme.conversation).ai_paused, fresh(acme.conversation).assigned_to) == (True, acme.agent.user)
    given = act(browser, acme.conversation, "return")
    assert "Take over" in words_of(given)
    assert fresh(acme.conversation).ai_paused is False


def test_p04_taking_over_leaves_it_with_whom_it_is(acme: Company):
    services.assign(conversation=acme.conversation, to=acme.agent.user)
    act(signed_in(acme.manager), acme.conversation, "handover")
    assert fresh(acme.conversation).assigned_to == acme.agent.user


def test_p04_a_reply_comes_back_as_the_line_it_is(acme: Company):
    browser = signed_in(acme.agent)
    seen = lines_of(browser.get(f"/inbox/{acme.conversation.pk}"))[-1]
    sent = act(browser, acme.conversation, "replies", message="Hello,\r\nDana here.", client_id="a", after=seen)
    reply = Message.objects.get(author="agent")
    assert reply.body == "Hello,\nDana here."
    assert lines_of(sent) == [str(reply.pk)]
    again = act(browser, acme.conversation, "replies", message="Hello,\r\nDana here.", client_id="a", after=seen)
    assert lines_of(again) == lines_of(sent)
    assert Message.objects.filter(author="agent").count() == 1


@pytest.mark.parametrize("after", ["", "x", "01a202fb-0000-7000-8000-000000000000"])
def test_p04_a_reply_finds_its_place_whatever_was_seen(acme: Company, after):
    sent = act(signed_in(acme.agent), acme.conversation, "replies", message="Hello", after=after)
    assert lines_of(sent)[-1] == str(Message.objects.get(author="agent").pk)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"message": " \n"}, "Write something first."),
        ({}, "Write something first."),
        ({"message": "x" * 10_001}, "at most 10,000 characters; this one has 10,001"),
        ({"message": "nul\0"}, "Null characters are not allowed"),
        ({"message": "a", "client_id": "x" * 129}, "at most 128 characters"),
    ],
)
def test_p04_wrong_replies_say_why(acme: Company, data, words):
    answer = act(signed_in(acme.agent), acme.conversation, "replies", **data)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["message"]
    assert not Message.objects.filter(author="agent").exists()


def test_p04_without_a_script_the_page_comes_back(acme: Company):
    browser, url = signed_in(acme.agent), f"/inbox/{acme.conversation.pk}"
    sent = browser.post(f"{url}/replies", {"message": "Hello"})
    assert (sent.status_code, sent["Location"]) == (302, url)
    refused = browser.post(f"{url}/replies", {"message": ""}, follow=True)
    assert "Write something first." in words_of(refused)
    browser.post(f"{url}/closure")
    assert "closed" in words_of(browser.post(f"{url}/replies", {"message": "More"}, follow=True))


@pytest.mark.parametrize("noun", ["handover", "return", "closure", "assignment"])
def test_p04_a_closed_conversation_says_so(acme: Company, noun):
    closed = make_conversation(acme.tenant, status="closed")
    answer = act(signed_in(acme.agent), closed, noun)
    assert answer.status_code == 200
    assert "closed" in answer["HX-Trigger"]
    assert "Open again" in words_of(answer)


def test_p04_closing_and_opening_again(acme: Company):
    browser = signed_in(acme.agent)
    assert "Open again" in words_of(act(browser, acme.conversation, "closure"))
    assert act(browser, acme.conversation, "replies", message="More").status_code == 422
    assert "Give back" in words_of(act(browser, acme.conversation, "reopening"))
    assert fresh(acme.conversation).status == "open"


def test_p04_a_newer_conversation_keeps_the_old_one_closed(acme: Company):
    closed = make_conversation(acme.tenant, status="closed", session=acme.conversation.session)
    answer = act(signed_in(acme.agent), closed, "reopening")
    assert "begun a new conversation" in answer["HX-Trigger"]
    assert fresh(closed).status == "closed"


def test_p04_assigning(acme: Company, globex: Company):
    browser = signed_in(acme.manager)
    act(browser, acme.conversation, "assignment", to=str(acme.agent.user_id))
    assert fresh(acme.conversation).assigned_to == acme.agent.user
    for stranger in (globex.agent.user_id, uuid.uuid4(), "x"):
        answer = act(browser, acme.conversation, "assignment", to=str(stranger))
        assert "on your team" in answer["HX-Trigger"]
        assert fresh(acme.conversation).assigned_to == acme.agent.user
    act(browser, acme.conversation, "assignment", to="")
    assert fresh(acme.conversation).assigned_to is None


def test_p04_an_agent_who_gives_it_away_is_led_back(acme: Company):
    browser = signed_in(acme.agent)
    answer = act(browser, acme.conversation, "assignment", to=str(acme.manager.user_id))
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/inbox")
    assert browser.get(f"/inbox/{acme.conversation.pk}").status_code == 404
    other = make_conversation(acme.tenant)
    plain = browser.post(f"/inbox/{other.pk}/assignment", {"to": str(acme.manager.user_id)})
    assert plain["Location"] == "/inbox"


def test_p04_seen_messages_are_no_longer_unread(acme: Company):
    browser = signed_in(acme.agent)
    assert browser.get("/inbox/counts").json() == {"open": 1, "mine": 0, "unread": 1}
    assert act(browser, acme.conversation, "read").status_code == 204
    assert browser.get("/inbox/counts").json()["unread"] == 0


def test_p04_looking_changes_nothing(acme: Company):
    signed_in(acme.agent).get(f"/inbox/{acme.conversation.pk}")
    assert fresh(acme.conversation).unread == 1


@pytest.mark.django_db(transaction=True)
def test_p04_two_people_close_at_once_and_one_wins():
    acme = make_world().acme
    ready, outcomes = threading.Barrier(2), []

    def close(who):
        try:
            ready.wait(10)
            services.close_conversation(conversation=acme.conversation, by=who)
            outcomes.append("closed")
        except services.ConversationClosed:
            outcomes.append("was closed")
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=[who]) for who in (acme.agent, acme.manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["closed", "was closed"]
    assert Message.objects.filter(conversation=acme.conversation, author="system").count() == 1


@pytest.mark.django_db(transaction=True)
def test_p04_a_double_click_sends_once():
    acme = make_world().acme
    ready, sent = threading.Barrier(4), []

    def reply():
        try:
            ready.wait(10)
            by = acme.agent
            sent.append(services.post_reply(conversation=acme.conversation, by=by, text="Hello", client_id="one").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=reply) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(sent) == 4
    assert len(set(sent)) == 1
    assert Message.objects.filter(author="agent").count() == 1
