"""What people do at once, twice, or under a name that somebody else uses too."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conversations import services, tasks
from conversations.models import Conversation, Event, Message
from tests.factories import make_conversation, make_message
from tests.world import Company, bearer, signed_in

pytestmark = pytest.mark.django_db


def _said(conversation: Conversation) -> list[str]:
    return [message.body for message in Message.objects.filter(conversation=conversation).in_order()]


def test_a_reply_named_like_a_visitors_message_is_said(acme: Company) -> None:
    conversation = make_conversation(acme.tenant)
    make_message(conversation, "Is it open?", client_id="m-1")
    services.post_reply(conversation=conversation, by=acme.agent, text="It is.", client_id="m-1")
    assert _said(conversation) == ["Hello", "Is it open?", "It is."]


def test_two_people_may_call_their_replies_the_same(acme: Company) -> None:
    conversation = make_conversation(acme.tenant)
    for who in (acme.agent, acme.manager, acme.agent):
        services.post_reply(conversation=conversation, by=who, text=f"I am {who.role}.", client_id="1")
    assert _said(conversation) == ["Hello", "I am agent.", "I am manager."]


def test_a_retried_reply_is_known_after_the_conversation_was_closed(acme: Company) -> None:
    conversation = make_conversation(acme.tenant)
    first = services.post_reply(conversation=conversation, by=acme.agent, text="Bye.", client_id="1")
    services.close_conversation(conversation=conversation, by=acme.manager)
    assert services.post_reply(conversation=conversation, by=acme.agent, text="Bye.", client_id="1") == first


def test_taking_over_is_one_act(acme: Company) -> None:
    conversation = make_conversation(acme.tenant)
    signed_in(acme.agent).post(f"/inbox/{conversation.pk}/handover")
    taken = Conversation.objects.get(pk=conversation.pk)
    assert (taken.ai_paused, taken.assigned_to, taken.epoch) == (True, acme.agent.user, conversation.epoch + 1)
    assert Event.objects.filter(conversation_id=conversation.pk).count() == 1


def test_taking_over_leaves_the_conversation_to_who_has_it(acme: Company) -> None:
    conversation = make_conversation(acme.tenant, assigned_to=acme.agent.user)
    services.take_over(conversation=conversation, by=acme.manager)
    assert Conversation.objects.get(pk=conversation.pk).assigned_to == acme.agent.user


def test_the_log_forgets_all_that_is_old_however_much(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PRUNE_BATCH", 2)
    for number in range(4):
        services.post_reply(conversation=acme.conversation, by=acme.agent, text=f"Reply {number}")
    Event.objects.filter(seq__lte=7).update(at=timezone.now() - timedelta(days=8))
    assert tasks.prune_log() == 7
    assert list(Event.objects.values_list("seq", flat=True)) == [8]


@pytest.mark.parametrize("body", ['{"status": "\\ud800"}', '{"assigned_to": "\\ud800"}', '{"\\ud800": 1}'])
def test_lone_surrogates_are_no_text(client: Client, acme: Company, body: str) -> None:
    url = f"/api/conversations/{acme.conversation.pk}"
    answer = client.patch(url, body, content_type="application/json", headers=bearer(acme.owner))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"


def test_a_lone_surrogate_in_a_reply_is_refused(client: Client, acme: Company) -> None:
    url = f"/api/conversations/{acme.conversation.pk}/messages"
    body = '{"message": "Hi", "client_id": "\\udc00"}'
    answer = client.post(url, body, content_type="application/json", headers=bearer(acme.owner))
    assert answer.status_code == 400
    assert uuid.UUID(answer.json()["error"]["request_id"])
