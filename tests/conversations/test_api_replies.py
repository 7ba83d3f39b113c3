"""What people do with conversations over the API: read, reply, change."""

from __future__ import annotations

import json
import uuid

import pytest

from conversations import services
from conversations.models import Conversation, Event, Message
from tests.factories import make_conversation, make_message
from tests.world import Company, bearer


def url(conversation, piece=""):
    return f"/api/conversations/{conversation.pk}{piece}"


def post(client, who, conversation, **body):
    return client.post(url(conversation, "/messages"), body, "application/json", headers=bearer(who))


def patch(client, who, conversation, **body):
    return client.patch(url(conversation), body, "application/json", headers=bearer(who))


def agents_messages(conversation):
    return Message.objects.filter(conversation=conversation, author="agent")


def test_s09_transcript_is_oldest_first(client, acme: Company):
    make_message(acme.conversation, "Kept back", author="assistant", state="held", sources=[{"title": "FAQ"}])
    answer = client.get(url(acme.conversation, "/messages"), headers=bearer(acme.agent)).json()
    assert [line["message"] for line in answer["messages"]] == ["Hello Acme", "Kept back"]
    line = answer["messages"][1]
    assert line["conversation_id"] == str(acme.conversation.pk)
    assert (line["author"], line["state"], line["metadata"]["sources"]) == ("assistant", "held", [{"title": "FAQ"}])
    assert (answer["total"], answer["limit"], answer["offset"]) == (2, 50, 0)
    cut = client.get(url(acme.conversation, "/messages?limit=1&offset=1"), headers=bearer(acme.agent)).json()
    assert [line["message"] for line in cut["messages"]] == ["Kept back"]


def test_p04_a_reply_silences_the_assistant(client, acme: Company):
    answer = post(client, acme.agent, acme.conversation, message="  Hello, Dana here.\n")
    reply = agents_messages(acme.conversation).get()
    assert answer.json() == {"success": True, "message_id": str(reply.pk)}
    assert (reply.body, reply.author_user, reply.author_name) == ("Hello, Dana here.", acme.agent.user, "Agent of Acme")
    seen = client.get(url(acme.conversation), headers=bearer(acme.agent)).json()
    assert (seen["ai_paused"], seen["assigned_to"], seen["unread"]) == (True, str(acme.agent.user_id), 0)


def test_p04_giving_back_lets_the_assistant_answer(client, acme: Company):
    post(client, acme.agent, acme.conversation, message="Hello")
    answer = patch(client, acme.agent, acme.conversation, ai_paused=False)
    assert answer.status_code == 200
    assert answer.json()["ai_paused"] is False


def test_a_retry_stores_one_reply(client, acme: Company):
    first = post(client, acme.agent, acme.conversation, message="Hello", client_id="one")
    again = post(client, acme.agent, acme.conversation, message="Hello", client_id="one")
    other = post(client, acme.agent, acme.conversation, message="Hello", client_id="two")
    assert first.json() == again.json() != other.json()
    assert agents_messages(acme.conversation).count() == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": ""},
        {"message": " \n "},
        {"message": None},
        {"message": 7.5},
        {"message": True},
        {"message": ["Hello"]},
        {"message": {"text": "Hello"}},
        {"message": "nul\0byte"},
        {"message": "x" * 10_001},
        {"message": "Hello", "client_id": "x" * 129},
        {"message": "Hello", "client_id": ["x"]},
        {"message": "Hello", "client_id": "nul\0byte"},
        [],
        "Hello",
        None,
    ],
)
def test_wrong_replies_are_refused_and_nothing_is_stored(client, acme: Company, body):
    answer = client.post(
        url(acme.conversation, "/messages"), json.dumps(body), "application/json", headers=bearer(acme.agent)
    )
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["code"] == "invalid_request"
    assert not agents_messages(acme.conversation).exists()


@pytest.mark.parametrize("text", ['{"message": "\\ud800"}', '{"message": "a", "client_id": "\\udfff"}', "{", "\xff"])
def test_what_is_no_text_is_refused(client, acme: Company, text):
    answer = client.generic(
        "POST",
        url(acme.conversation, "/messages"),
        text.encode("latin-1"),
        "application/json",
        headers=bearer(acme.agent),
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert not agents_messages(acme.conversation).exists()


def test_a_long_reply_is_fine(client, acme: Company):
    text = "ö" * 10_000
    assert post(client, acme.agent, acme.conversation, message=text).status_code == 200
    assert agents_messages(acme.conversation).get().body == text


def test_closed_conversations_take_no_replies(client, acme: Company):
    closed = make_conversation(acme.tenant, status="closed")
    answer = post(client, acme.agent, closed, message="Hello")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert "closed" in answer.json()["error"]["message"]
    assert not agents_messages(closed).exists()


def test_closing_twice_closes_once(client, acme: Company):
    for who in (acme.agent, acme.manager):
        answer = patch(client, who, acme.conversation, status="closed")
        assert (answer.status_code, answer.json()["status"]) == (200, "closed")
    assert Message.objects.filter(conversation=acme.conversation, author="system").count() == 1


def test_opening_again_and_changing_at_once(client, acme: Company):
    closed = make_conversation(acme.tenant, status="closed")
    answer = patch(client, acme.owner, closed, status="open", assigned_to=str(acme.agent.user_id), ai_paused=False)
    assert answer.status_code == 200, answer.content
    now = answer.json()
    assert (now["status"], now["assigned_to"], now["ai_paused"]) == ("open", str(acme.agent.user_id), False)


def test_a_visitor_with_a_newer_conversation_keeps_that_one(client, acme: Company):
    closed = make_conversation(acme.tenant, status="closed", session=acme.conversation.session)
    answer = patch(client, acme.owner, closed, status="open")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert Conversation.objects.get(pk=closed.pk).status == "closed"


def test_assigning_to_people_of_the_company_only(client, acme: Company, globex: Company):
    assert patch(client, acme.owner, acme.conversation, assigned_to=str(acme.agent.user_id)).status_code == 200
    assert patch(client, acme.owner, acme.conversation, assigned_to=None).json()["assigned_to"] is None
    for stranger in (globex.agent.user_id, uuid.uuid4()):
        answer = patch(client, acme.owner, acme.conversation, assigned_to=str(stranger))
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("body", [{"status": "x"}, {"status": 1}, {"assigned_to": "me"}, {"ai_paused": "perhaps"}, [1]])
def test_wrong_changes_are_refused(client, acme: Company, body):
    answer = client.patch(url(acme.conversation), json.dumps(body), "application/json", headers=bearer(acme.owner))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


def test_what_is_not_there_yet_changes_nothing(client, acme: Company):
    answer = patch(client, acme.owner, acme.conversation, tags=["vip"], ai_guide="Be kind", epoch=7)
    assert answer.status_code == 200
    assert not Event.objects.filter(conversation_id=acme.conversation.pk).exists()


def test_changes_are_told_to_the_team(client, acme: Company):
    patch(client, acme.owner, acme.conversation, ai_paused=True)
    told = Event.objects.get(conversation_id=acme.conversation.pk)
    assert (told.type, told.data["ai_paused"]) == ("conversation:updated", True)


def test_a_person_answers_before_the_assistant_can(acme: Company):
    before = Conversation.objects.get(pk=acme.conversation.pk).epoch
    services.post_reply(conversation=acme.conversation, by=acme.agent, text="Hello")
    assert Conversation.objects.get(pk=acme.conversation.pk).epoch > before
