"""Assistants pass visitors on: when, to whom, with which words, and never in a circle."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from assistants import knowledge
from assistants.models import Assistant, Handoff, KnowledgeSource, RoutingRule
from conversations import services, turns
from conversations.models import Conversation
from tenants.database import close_connections
from tenants.models import Tenant
from tests import factories
from tests.assistants.talking import conversation_of, hear, lines_of, reply_to, say

pytestmark = pytest.mark.django_db(transaction=True)
PUZZLE = "Do flying elephants play chess on Saturn?"  # nothing that anybody wrote down an answer to


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """A tenant whose assistants know one thing; the threads give their connections back before the tables go."""
    tenant = factories.make_tenant("Acme")
    knowledge.add_source(
        tenant=tenant, kind=KnowledgeSource.Kind.FAQ, title="When are you open?", body="From nine to five.", language=""
    )
    yield tenant
    close_connections()


@pytest.fixture
def ada(tenant: Tenant) -> Assistant:
    """The assistant that answers first."""
    return factories.make_assistant(tenant, "Ada")


@pytest.fixture
def bob(tenant: Tenant) -> Assistant:
    """Another one, without stars."""
    return factories.make_assistant(tenant, "Bob", is_default=False, is_default_chat=False)


def hands_over(giver: Assistant, to: Assistant | None = None, **fields: Any) -> Handoff:
    """The settings of an assistant that passes visitors on."""
    target = "assistant" if to else "people"
    return Handoff.objects.create(
        tenant=giver.tenant, assistant=giver, target=target, to_assistant=to, **{"keywords": ["invoice"], **fields}
    )


def test_d09_a_keyword_passes_the_visitor_on_and_the_other_one_answers(
    tenant: Tenant, ada: Assistant, bob: Assistant
) -> None:
    hands_over(ada, bob)

    settled = say(tenant, "My invoice: when are you open?")

    conversation = conversation_of(tenant)
    assert (settled.status, settled.text) == ("answered", "From nine to five.")
    assert settled.metadata["assistant_id"] == str(bob.pk)
    assert lines_of(conversation) == [
        ("visitor", "My invoice: when are you open?"),
        ("system", "Ada passes you on to Bob."),
        ("Bob", "From nine to five."),
    ]
    assert conversation.assistant_id == bob.pk
    assert conversation.handed_over_by == [ada.pk]
    assert say(tenant, "When are you open?").metadata["assistant_id"] == str(bob.pk)


def test_d09_other_words_stay_with_the_first(tenant: Tenant, ada: Assistant, bob: Assistant) -> None:
    hands_over(ada, bob)
    assert say(tenant, "When are you open?").metadata["assistant_id"] == str(ada.pk)
    assert conversation_of(tenant).handed_over_by == []


def test_d09_an_intent_passes_the_visitor_on(tenant: Tenant, ada: Assistant, bob: Assistant) -> None:
    hands_over(ada, bob, keywords=[], intents=["booking"])
    say(tenant, "Ich möchte einen Termin")
    assert ("system", "Ada gibt Sie an Bob weiter.") in lines_of(conversation_of(tenant))


def test_d09_no_answer_passes_to_people_who_keep_the_conversation(tenant: Tenant, ada: Assistant) -> None:
    hands_over(ada, keywords=[], on_no_answer=True)

    settled = say(tenant, PUZZLE)

    conversation = conversation_of(tenant)
    assert (settled.status, settled.text, settled.metadata["reason"]) == ("human", None, "escalated")
    assert lines_of(conversation)[1:] == [
        ("system", "Ada passes you on to the team at Acme. A person will reply to you here.")
    ]
    assert conversation.ai_paused
    assert conversation.attention == Conversation.Attention.NO_ANSWER_FOUND
    assert say(tenant, "When are you open?").metadata["reason"] == "human_takeover"


def test_d09_no_answer_passes_to_another_assistant(tenant: Tenant, ada: Assistant, bob: Assistant) -> None:
    hands_over(ada, bob, keywords=[], on_no_answer=True)
    settled = say(tenant, PUZZLE)
    lines = lines_of(conversation_of(tenant))
    assert settled.metadata["assistant_id"] == str(bob.pk)
    assert lines[1] == ("system", "Ada passes you on to Bob.")
    assert [author for author, _ in lines] == ["visitor", "system", "Bob"]


def test_d09_who_asks_for_a_person_gets_one_and_no_other_machine(
    tenant: Tenant, ada: Assistant, bob: Assistant
) -> None:
    hands_over(ada, bob, on_person=True)
    settled = say(tenant, "I want to talk to a human")
    conversation = conversation_of(tenant)
    assert (settled.status, settled.metadata["reason"]) == ("human", "escalated")
    assert conversation.attention == Conversation.Attention.ASKED_FOR_PERSON
    assert conversation.ai_paused
    assert conversation.assistant_id == ada.pk


@pytest.mark.parametrize(
    ("style", "message", "line"),
    [
        ("silent", "Unused {target}", None),
        ("announce", "Unused {target}", "Ada passes you on to Bob."),
        ("custom", "{assistant} of {company} asks {target}.", "Ada of Acme asks Bob."),
        ("custom", "Hold on, {target} {unknown}", "Hold on, Bob {unknown}"),
    ],
)
def test_d09_the_visitor_reads_what_the_style_says(
    tenant: Tenant, bob: Assistant, style: str, message: str, line: str | None
) -> None:
    hands_over(factories.make_assistant(tenant, "Ada"), bob, style=style, message=message)
    say(tenant, "My invoice")
    said = [body for author, body in lines_of(conversation_of(tenant)) if author == "system"]
    assert said == ([line] if line else [])


def test_d09_names_that_look_like_placeholders_stay_as_they_are(tenant: Tenant, bob: Assistant) -> None:
    odd = factories.make_assistant(tenant, "{target}")
    hands_over(odd, bob, style="custom", message="{assistant} asks {target}")
    say(tenant, "My invoice")
    assert ("system", "{target} asks Bob") in lines_of(conversation_of(tenant))


def test_d09_two_assistants_cannot_send_a_visitor_to_and_fro(tenant: Tenant, ada: Assistant, bob: Assistant) -> None:
    hands_over(ada, bob)
    hands_over(bob, ada)

    first = say(tenant, "My invoice")
    second = say(tenant, "My invoice again")

    conversation = conversation_of(tenant)
    assert first.metadata["assistant_id"] == str(bob.pk)
    assert (second.status, second.metadata["reason"]) == ("human", "escalated")
    assert conversation.ai_paused
    assert conversation.handed_over_by == [ada.pk, bob.pk]


def test_d09_a_page_that_keeps_asking_for_the_first_one_does_not_undo_it(
    tenant: Tenant, ada: Assistant, bob: Assistant
) -> None:
    hands_over(ada, bob)
    say(tenant, "My invoice", requested=ada.pk)
    later = say(tenant, "When are you open?", requested=ada.pk)
    assert later.metadata["assistant_id"] == str(bob.pk)
    assert len(conversation_of(tenant).handed_over_by) == 1


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_d09_after_so_many_hand_offs_people_take_over(tenant: Tenant, most: int) -> None:
    chain = [factories.make_assistant(tenant, "0")]
    chain += [
        factories.make_assistant(tenant, str(number), is_default=False, is_default_chat=False)
        for number in range(1, 12)
    ]
    for giver, to in itertools.pairwise(chain):
        hands_over(giver, to, most=most)

    answered = 0
    while say(tenant, "My invoice").status == "answered":
        answered += 1
        assert answered <= most

    conversation = conversation_of(tenant)
    assert answered == most
    assert conversation.assistant_id == chain[most].pk
    assert conversation.ai_paused


def test_d09_an_archived_or_deleted_successor_means_people(tenant: Tenant, ada: Assistant, bob: Assistant) -> None:
    hands_over(ada, bob)
    Assistant.objects.filter(pk=bob.pk).update(active=False)
    assert say(tenant, "My invoice", session="one").status == "human"
    bob.delete()
    assert say(tenant, "My invoice", session="two").status == "human"


def test_d09_given_back_by_a_person_an_assistant_may_pass_on_again(
    tenant: Tenant, ada: Assistant, bob: Assistant
) -> None:
    hands_over(ada, keywords=["invoice"])
    say(tenant, "My invoice")
    services.give_back(conversation=conversation_of(tenant))
    assert say(tenant, "When are you open?").text == "From nine to five."
    assert say(tenant, "My invoice").status == "human"


def test_d09_nothing_of_a_hand_off_lands_after_a_person_has_spoken(
    tenant: Tenant, ada: Assistant, bob: Assistant
) -> None:
    hands_over(ada, bob)
    agent = factories.make_member(tenant)
    received = hear(tenant, "My invoice")
    reply = reply_to(received)
    services.post_reply(conversation=conversation_of(tenant), by=agent, text="I have it")

    settled = turns.settle(received, reply)

    conversation = conversation_of(tenant)
    assert (settled.status, settled.metadata["reason"]) == ("human", "human_takeover")
    assert [body for _, body in lines_of(conversation)] == ["My invoice", "I have it"]
    assert conversation.handed_over_by == []


@pytest.mark.parametrize("to_people", [True, False])
def test_d09_a_closed_conversation_is_not_handed_back(
    tenant: Tenant, ada: Assistant, bob: Assistant, to_people: bool
) -> None:
    hands_over(ada, None if to_people else bob)
    agent = factories.make_member(tenant)
    received = hear(tenant, "My invoice")
    reply = reply_to(received)
    services.close_conversation(conversation=conversation_of(tenant), by=agent)

    turns.settle(received, reply)

    closed = conversation_of(tenant)
    assert closed.status == Conversation.Status.CLOSED
    assert (closed.handed_over_by, closed.ai_paused, closed.assistant_id) == ([], False, None)
    assert not any("passes you on" in body for _, body in lines_of(closed))
    with pytest.raises(services.ConversationClosed):
        services.give_back(conversation=closed)


def test_d08_a_rule_to_people_leaves_the_conversation_to_them(tenant: Tenant, ada: Assistant) -> None:
    RoutingRule.objects.create(tenant=tenant, name="angry", target="people", intent="complaint")
    settled = say(tenant, "This is unacceptable")
    conversation = conversation_of(tenant)
    assert (settled.status, settled.text, settled.metadata["reason"]) == ("human", None, "escalated")
    assert conversation.ai_paused
    assert conversation.attention == Conversation.Attention.PEOPLE_ONLY
    assert say(tenant, "When are you open?").metadata["reason"] == "human_takeover"


def test_d08_a_rule_decides_once_when_the_conversation_begins(tenant: Tenant, ada: Assistant, bob: Assistant) -> None:
    RoutingRule.objects.create(tenant=tenant, name="bills", keywords=["invoice"], assistant=bob)
    assert say(tenant, "My invoice").metadata["assistant_id"] == str(bob.pk)
    assert say(tenant, "When are you open?").metadata["assistant_id"] == str(bob.pk)
    assert say(tenant, "When are you open?", session="other").metadata["assistant_id"] == str(ada.pk)
    assert say(tenant, "My invoice", session="other").metadata["assistant_id"] == str(ada.pk)
