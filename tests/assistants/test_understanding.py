"""Intents and moods: by a model where there is one, in one call for each message; and what escalates by itself."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from assistants import policies, understanding
from assistants.models import Assistant, Handoff, RoutingRule
from assistants.routing.readings import Reading, parse
from conversations.models import Conversation, Message
from tenants.database import close_connections
from tests import factories
from tests.assistants.talking import lines_of
from tests.assistants.tooling import turn, with_model
from tests.doubles.openai_behaviours import Behaviour, error
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company

pytestmark = pytest.mark.django_db(transaction=True)
VAGUE = "The thing with the money has not come"  # no word in it is typical of anything


@pytest.fixture(autouse=True)
def surroundings(settings: Any) -> Iterator[None]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    yield
    understanding._read.clear()
    close_connections()


@pytest.fixture
def ada(acme: Company, openai_double: OpenAIDouble) -> Assistant:
    return with_model(acme, openai_double)


@pytest.fixture
def bob(acme: Company) -> Assistant:
    return factories.make_assistant(acme.tenant, "Bob", is_default=False, is_default_chat=False)


def reads(*intents: str, mood: str = "calm") -> Behaviour:
    return Behaviour(text=json.dumps({"intents": intents, "mood": mood}))


def billing_goes_to(assistant: Assistant | None, company: Company, **fields: Any) -> RoutingRule:
    target = {"target": "assistant", "assistant": assistant} if assistant else {"target": "people"}
    return RoutingRule.objects.create(tenant=company.tenant, name="Money", intent="billing", **target, **fields)


def test_p07_a_rules_intent_is_told_by_the_model_in_one_structured_call(
    acme: Company, ada: Assistant, bob: Assistant, openai_double: OpenAIDouble
) -> None:
    billing_goes_to(bob, acme)
    openai_double.script(reads("billing"))
    _, settled = turn(acme, VAGUE)
    assert settled.metadata["assistant_id"] == str(bob.pk)
    [call] = openai_double.calls
    assert call.body["response_format"]["json_schema"]["schema"]["required"] == ["intents", "mood"]
    assert settled.metadata["cost_usd"] > 0, "it is on the bill"


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ([error(400, None, "response_format is not supported")] * 2 + [Behaviour(text="billing, calm")], "Bob"),
        ([Behaviour(text='Sure: {"intents": ["billing", "nonsense"], "mood": 7} there.')], "Bob"),
        ([Behaviour(text="I would rather not say.")], "Acme’s assistant"),
        ([error(401, "invalid_api_key")], "Acme’s assistant"),
    ],
    ids=["plain words", "words around", "no reading", "failure"],
)
def test_p07_whatever_the_model_says_the_turn_goes_on(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble, told: list[Behaviour], who: str
) -> None:
    bob = factories.make_assistant(acme.tenant, "Bob", is_default=False, is_default_chat=False)
    billing_goes_to(bob, acme)
    openai_double.script(*told)
    received, settled = turn(acme, VAGUE)
    assert settled.status == "answered"
    assert Message.objects.get(reply_to=received.message_id).author_name == who


def test_p07_words_decide_where_a_model_cannot(
    acme: Company, ada: Assistant, bob: Assistant, openai_double: OpenAIDouble
) -> None:
    billing_goes_to(bob, acme)
    openai_double.script(error(401, "invalid_api_key"))
    _, settled = turn(acme, "Where is my invoice?")
    assert settled.metadata["assistant_id"] == str(bob.pk)


def test_p07_no_model_is_asked_where_no_rule_depends_on_it(
    acme: Company, ada: Assistant, bob: Assistant, openai_double: OpenAIDouble
) -> None:
    billing_goes_to(bob, acme, keywords=["invoice"])
    turn(acme, VAGUE)
    assert len(openai_double.calls) == 1, "only the answer"
    assert "response_format" not in openai_double.calls[0].body


def test_s14_an_upset_visitor_gets_a_person_out_of_the_very_call_that_tells_the_intent(
    acme: Company, ada: Assistant, bob: Assistant, openai_double: OpenAIDouble
) -> None:
    billing_goes_to(bob, acme)
    Handoff.objects.create(tenant=acme.tenant, assistant=ada, on_upset=True, intents=["sales"])
    openai_double.script(reads("support", mood="upset"))

    received, settled = turn(acme, VAGUE)

    conversation = Conversation.objects.get(pk=received.conversation_id)
    assert (settled.status, settled.metadata["reason"]) == ("human", "escalated")
    assert (conversation.ai_paused, conversation.attention) == (True, Conversation.Attention.UPSET)
    assert len(openai_double.calls) == 1


def test_s14_a_calm_one_stays_and_a_reading_is_made_once_a_message(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    Handoff.objects.create(tenant=acme.tenant, assistant=ada, on_upset=True)
    openai_double.script(reads("support"), Behaviour(text="I see."))
    _, settled = turn(acme, VAGUE, session="s")
    assert settled.text == "I see."
    openai_double.script(reads(mood="upset"))
    _, settled = turn(acme, "Still not", session="s")
    assert settled.metadata["reason"] == "escalated"
    assert len(openai_double.calls) == 3


def test_s14_without_a_model_nobody_is_called_upset(acme: Company) -> None:
    Handoff.objects.create(tenant=acme.tenant, assistant=acme.assistant, on_upset=True)
    _, settled = turn(acme, "THIS IS AN OUTRAGE")
    assert settled.status == "answered"


def test_s14_two_messages_in_a_row_without_an_answer_bring_a_person(acme: Company) -> None:
    Handoff.objects.create(tenant=acme.tenant, assistant=acme.assistant, on_failures=True)
    session = uuid.uuid4().hex
    riddle = "Do flying elephants play chess on Saturn?"
    assert turn(acme, riddle, session=session)[1].status == "answered", "it says that it doesn't know"
    assert turn(acme, "Thank you", session=session)[1].status == "answered"
    assert turn(acme, riddle, session=session)[1].status == "answered"

    received, settled = turn(acme, riddle, session=session)

    conversation = Conversation.objects.get(pk=received.conversation_id)
    assert (settled.status, settled.metadata["reason"], settled.text) == ("human", "escalated", None)
    assert (conversation.ai_paused, conversation.attention) == (True, Conversation.Attention.NO_ANSWER_FOUND)
    assert lines_of(conversation)[-1][0] == "system"


def test_s14_a_provider_that_fails_twice_and_a_blocked_reply_count_too(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:

    Handoff.objects.create(tenant=acme.tenant, assistant=ada, on_failures=True)
    policies.save_lists(tenant=acme.tenant, lists={"blocked_keywords": ["Globex"]})
    openai_double.script(error(401, "invalid_api_key"), Behaviour(text="Ask Globex."))
    assert turn(acme, "Hello?", session="s")[1].status == "no_reply"

    received, settled = turn(acme, "Anybody?", session="s")

    assert (settled.status, settled.metadata["reason"]) == ("human", "escalated")
    blocked = Message.objects.get(conversation=received.conversation_id, state=Message.State.BLOCKED)
    assert blocked.body == "Ask Globex.", "kept for the team"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ('{"intents": ["sales", "sales"], "mood": "upset"}', Reading(frozenset({"sales"}), "upset")),
        ('{"intents": "sales", "mood": []}', Reading(frozenset())),
        ("human upset", Reading(frozenset({"human"}), "upset")),
        ("{" * 5000 + "}" * 5000, None),
        ("", None),
    ],
)
def test_r03_any_answer_is_read_or_left(text: str, reading: Reading | None) -> None:
    assert parse(text) == reading


def test_s14_a_medium_match_is_verified_by_a_second_call_and_in_doubt_it_is_serious(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    policies.save_lists(tenant=acme.tenant, lists={"serious_medium_confidence_keywords": ["explode"]})
    openai_double.script(Behaviour(text="NO"), Behaviour(text="How nice."))
    assert turn(acme, "My sales explode")[1].text == "How nice."
    assert len(openai_double.calls) == 2

    for told in (Behaviour(text="YES"), error(401, "invalid_api_key")):
        openai_double.script(told)
        received, settled = turn(acme, "It will explode")
        assert (settled.status, settled.metadata["reason"]) == ("blocked", "serious_mode")
        assert Conversation.objects.get(pk=received.conversation_id).attention == Conversation.Attention.SERIOUS
