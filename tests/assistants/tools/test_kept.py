"""What a model finds out by a tool is kept: who the visitor is, and what the conversation came to."""

from __future__ import annotations

import pytest

from assistants.models import Assistant
from assistants.services import answer
from conversations import services, turns
from conversations.models import Contact, Conversation
from tests import factories
from tests.assistants.models import answered, run
from tests.assistants.tooling import DONE, QUOTE, allow, results_of, take, turn, wants, wish
from tests.doubles.openai_behaviours import error
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company
from tracking.models import Outcome

pytestmark = pytest.mark.django_db(transaction=True)


def test_p07_who_the_visitor_is_becomes_a_contact_found_by_e_mail_with_only_blanks_filled(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    known = factories.make_contact(acme.tenant, name="Vera Known", email="vera@shop.example", company="")
    contacts = Contact.objects.for_tenant(acme.tenant)
    before = contacts.count()
    allow(ada, collect_contact=True)
    said = {"name": "Somebody Else", "email": "VERA@shop.example", "phone": "+47 22 33 44 55", "company": "Shop AS"}
    openai_double.script(wants(wish("collect_contact", said)), DONE)

    received, _ = turn(acme, "I am Vera")

    known.refresh_from_db()
    assert contacts.count() == before
    assert (known.name, known.phone, known.company) == ("Vera Known", "+47 22 33 44 55", "Shop AS")
    assert Conversation.objects.get(pk=received.conversation_id).contact == known


def test_p07_a_contact_is_kept_when_a_person_was_faster_than_the_answer(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    allow(ada, collect_contact=True)
    openai_double.script(wants(wish("collect_contact", {"email": "new@shop.example"})), DONE)
    received = take(acme, "Write to new@shop.example")
    reply = run(lambda: answer(received, requested=None))
    conversation = Conversation.objects.get(pk=received.conversation_id)
    services.post_reply(conversation=conversation, by=acme.agent, text="Here I am")

    settled = turns.settle(received, reply)

    conversation.refresh_from_db()
    assert (settled.text, settled.metadata["reason"]) == (None, "human_takeover")
    assert conversation.contact is not None
    assert conversation.contact.email == "new@shop.example"


def test_p07_an_outcome_is_kept_when_a_person_was_faster_than_the_answer(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    allow(ada, outcomes=[QUOTE])
    openai_double.script(wants(wish("record_outcome", {"event_type": QUOTE})), DONE)
    received = take(acme, "What would ten of them cost?")
    reply = run(lambda: answer(received, requested=None))
    conversation = Conversation.objects.get(pk=received.conversation_id)
    services.post_reply(conversation=conversation, by=acme.agent, text="Here I am")

    settled = turns.settle(received, reply)

    assert (settled.text, settled.metadata["reason"]) == (None, "human_takeover")
    assert not conversation.messages.filter(author="assistant").exists()
    outcome = Outcome.objects.for_tenant(acme.tenant).get(conversation=conversation, type=QUOTE)
    assert outcome.source == "assistant"
    assert [told["event_type"] for told in settled.tracking].count(QUOTE) == 1


def test_p07_an_outcome_is_kept_when_there_is_no_answer_once_more(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    allow(ada, outcomes=[QUOTE])
    fails = error(401, "invalid_api_key")
    openai_double.script(fails, wants(wish("record_outcome", {"event_type": QUOTE})), fails)
    turn(acme, "Hello", session="s")
    received, settled = turn(acme, "What would ten of them cost?", session="s")

    assert (settled.text, settled.status) == (None, "no_reply")
    assert (
        Outcome.objects.for_tenant(acme.tenant).filter(conversation=received.conversation_id, type=QUOTE).count() == 1
    )


def test_p07_an_outcome_is_reported_once(acme: Company, ada: Assistant, openai_double: OpenAIDouble) -> None:
    allow(ada, outcomes=[QUOTE])
    openai_double.script(wants(*[wish("record_outcome", {"event_type": QUOTE})] * 2), DONE)
    assert answered(acme).outcomes == (QUOTE,)
    assert results_of(openai_double) == ["Recorded.", "It is recorded already."]
