"""D13: what a person wrote down about a visitor outlasts what a model makes of it later, and each change is judged."""

from __future__ import annotations

import pytest
from django.test import Client

from conversations import reports
from conversations.models import Conversation
from conversations.said import ContactDetails, Said
from conversations.turns import receive
from tests.world import Company, signed_in
from tracking.models import Answers, EventType, Outcome, Qualification

FIELDS = [
    {"key": "budget", "label": "Budget", "type": "number", "required": False, "choices": []},
    {"key": "size", "label": "Size", "type": "choice", "required": False, "choices": ["Small", "Large"]},
]
OVER_1000 = {"field": "budget", "operator": "gte", "value": 1000}


def ask(acme: Company, criteria=OVER_1000) -> Conversation:
    """Acme's conversation, of whose visitor a budget and a size are asked."""
    Qualification.objects.create(tenant=acme.tenant, fields=FIELDS, criteria=criteria)
    return Conversation.objects.for_inbox().get(pk=acme.conversation.pk)


def learn(conversation: Conversation, source: str, **values) -> None:
    reports.collect_facts(conversation=conversation, values=values, source=source)


def known() -> tuple[dict[str, object], dict[str, str]]:
    answers = Answers.objects.get()
    return answers.values, answers.sources


def write(client: Client, conversation: Conversation, page: str = "", **typed: str) -> int:
    """Type answers on the page, as it was shown with `page`'s values."""
    seen = dict(part.split("=") for part in page.split("&") if part)
    form = {"budget": "", "size": ""} | seen | typed
    hidden = {f"initial-{key}": seen.get(key, "") for key in ("budget", "size")}
    return client.post(f"/inbox/{conversation.pk}/answers", form | hidden).status_code


def is_lead(conversation: Conversation) -> bool:
    return Conversation.objects.get(pk=conversation.pk).qualified


def test_d13_a_model_does_not_write_over_what_a_person_wrote_down(acme):
    conversation = ask(acme)
    learn(conversation, "assistant", budget=50, size="Small")
    learn(conversation, "agent", budget=2000)
    learn(conversation, "assistant", budget=70, size="Large")
    assert known() == ({"budget": 2000, "size": "Large"}, {"budget": "agent", "size": "assistant"})


def test_d13_a_person_corrects_both_models_and_people(acme):
    conversation = ask(acme)
    for source, budget in (("assistant", 50), ("agent", 60), ("agent", 70)):
        learn(conversation, source, budget=budget)
    assert known() == ({"budget": 70}, {"budget": "agent"})


def test_d13_what_a_person_empties_may_be_found_out_anew(acme):
    conversation = ask(acme)
    learn(conversation, "agent", budget=2000, size="Small")
    learn(conversation, "agent", budget=None)
    assert known() == ({"size": "Small"}, {"size": "agent"})
    learn(conversation, "assistant", budget=70, size=None)
    assert known() == ({"budget": 70, "size": "Small"}, {"budget": "assistant", "size": "agent"})


@pytest.mark.parametrize("source", ["assistant", "agent"])
def test_d13_what_is_no_answer_takes_no_answer_away(acme, source):
    conversation = ask(acme)
    learn(conversation, source, budget=50, size="Small")
    learn(conversation, source, budget="lots", size="Huge")
    assert known()[0] == {"budget": 50, "size": "Small"}


def test_d13_a_persons_correction_makes_a_lead_and_once(acme):
    conversation, client = ask(acme), signed_in(acme.agent)
    learn(conversation, "assistant", budget=50)
    assert write(client, conversation, "budget=50", budget="2.000") == 302
    assert is_lead(conversation)
    for budget in ("3000", "5"):
        assert write(client, conversation, "budget=2000", budget=budget) == 302
    assert Outcome.objects.filter(type=EventType.LEAD_QUALIFIED).count() == 1
    assert known() == ({"budget": 5}, {"budget": "agent"})


def test_d13_an_answer_that_a_person_empties_is_judged_too(acme):
    conversation = ask(acme, {"field": "budget", "operator": "exists", "value": False})
    Answers.objects.create(
        tenant=acme.tenant, conversation=conversation, values={"budget": 5}, sources={"budget": "assistant"}
    )
    assert write(signed_in(acme.agent), conversation, "budget=5", budget="") == 302
    assert is_lead(conversation)


def test_d13_a_page_opened_earlier_changes_only_what_was_changed_on_it(acme):
    conversation, client = ask(acme), signed_in(acme.agent)
    learn(conversation, "assistant", budget=50)
    page = client.get(f"/inbox/{conversation.pk}/answers").content.decode()
    assert 'name="initial-budget" value="50"' in page
    learn(conversation, "assistant", budget=900)  # while the page is open
    assert write(client, conversation, "budget=50", size="Large") == 302
    assert known() == ({"budget": 900, "size": "Large"}, {"budget": "assistant", "size": "agent"})


def test_d13_the_page_says_who_said_it(acme):
    conversation, client = ask(acme), signed_in(acme.agent)
    learn(conversation, "assistant", budget=50)
    learn(conversation, "agent", size="Large")
    page = client.get(f"/inbox/{conversation.pk}/answers").content.decode()
    assert "Found out by the assistant." in page
    assert "Written down by a person: the assistant leaves it as it is." in page


def test_d13_facts_are_judged_with_the_contact_of_now(acme):
    """The page was read before the visitor said who they are, and saved after it."""
    ask(acme, {"all": [OVER_1000, {"field": "email", "operator": "exists"}]})
    said = Said(tenant=acme.tenant, session="s1", text="Hi", client_id="1")
    read_before = Conversation.objects.for_inbox().get(pk=receive(said).conversation_id)
    assert read_before.contact is None
    contact = ContactDetails(email="v@x.org")
    receive(Said(tenant=acme.tenant, session="s1", text="It's me", client_id="2", contact=contact))
    learn(read_before, "agent", budget=2000)
    assert is_lead(read_before)
