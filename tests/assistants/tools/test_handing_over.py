"""A model passes the visitor on by a tool, within the limits of its assistant's hand-offs."""

from __future__ import annotations

import pytest

from assistants.models import Assistant, Handoff
from conversations.models import Conversation, Message
from tests import factories
from tests.assistants.talking import lines_of
from tests.assistants.tooling import DONE, allow, results_of, turn, wants, wish
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company

pytestmark = pytest.mark.django_db(transaction=True)


def test_d09_a_model_passes_the_visitor_on_to_people(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    allow(ada, hand_over=True)
    wanted = wish("hand_over", {"to": "the team", "reason": "A refund is not mine to give."})
    openai_double.script(wants(wanted, content="I will see."))

    received, settled = turn(acme, "My money back, please")

    conversation = Conversation.objects.get(pk=received.conversation_id)
    assert (settled.status, settled.metadata["reason"], settled.text) == ("human", "escalated", None)
    assert conversation.ai_paused
    assert lines_of(conversation)[1:] == [
        ("system", "Acme’s assistant passes you on to the team at Acme. A person will reply to you here.")
    ]
    assert len(openai_double.calls) == 1, "its part is over"
    asked = Message.objects.get(pk=received.message_id)
    assert asked.metadata["tools"][0]["name"] == "hand_over", "kept where there is no answer to keep it with"


def test_d09_a_model_obeys_the_hand_offs_limits(acme: Company, ada: Assistant, openai_double: OpenAIDouble) -> None:
    bob = factories.make_assistant(acme.tenant, "Bob", is_default=False, is_default_chat=False)
    Handoff.objects.create(tenant=acme.tenant, assistant=ada, target="assistant", to_assistant=bob, most=1)
    allow(ada, hand_over=True)
    to_bob = wants(wish("hand_over", {"to": "Bob", "reason": "His field."}))
    openai_double.script(to_bob)
    received, settled = turn(acme, "hello", session="s")
    assert settled.metadata["assistant_id"] == str(bob.pk)
    Conversation.objects.filter(pk=received.conversation_id).update(assistant_id=ada.pk)

    openai_double.script(to_bob, DONE)
    turn(acme, "And again", session="s")

    told = openai_double.calls[-1].body["tools"][0]["function"]["parameters"]
    assert told["properties"]["to"]["enum"] == ["the team"]
    assert results_of(openai_double)[0].startswith("Error: to: 'Bob' is not one of ['the team']")
    assert Conversation.objects.get(pk=received.conversation_id).handed_over_by == [ada.pk]


def test_p07_an_assistant_that_takes_over_brings_its_own_tools(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    bob = factories.make_assistant(
        acme.tenant, "Bob", is_default=False, is_default_chat=False, provider="openai", model="double-echo",
        provider_key=ada.provider_key,
    )  # fmt: skip
    Handoff.objects.create(
        tenant=acme.tenant, assistant=ada, target="assistant", to_assistant=bob, keywords=["invoice"]
    )
    allow(ada, search_knowledge=True)
    allow(bob, collect_contact=True, hand_over=True)
    openai_double.script(wants(wish("collect_contact", {"name": "Vera"})), DONE)

    received, settled = turn(acme, "My invoice")

    assert settled.metadata["assistant_id"] == str(bob.pk)
    assert [tool["function"]["name"] for tool in openai_double.calls[0].body["tools"]] == ["collect_contact"]
    contact = Conversation.objects.get(pk=received.conversation_id).contact
    assert contact is not None
    assert contact.name == "Vera"
