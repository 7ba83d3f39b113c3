"""The playground: a chat with an assistant's unsaved changes, through the very pipeline that answers visitors."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from assistants import budget
from assistants.models import BudgetPeriod, RoutingRule, SafetyMatch
from conversations.models import Conversation, Message, Turn
from tenants.database import close_connections
from tenants.models import UsagePeriod
from tests import factories
from tests.assistants.businesses import ask_about
from tests.assistants.models import call, give_model
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def database_threads_end(settings) -> Iterator[None]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    yield
    close_connections()


@pytest.fixture
def admin(acme: Company) -> Client:
    return signed_in(acme.admin)


def url(company: Company) -> str:
    return reverse("assistants:trial", args=[company.assistant.pk])


def form(**fields: object) -> dict[str, object]:
    return {"name": "Bob", "provider": "knowledge", **fields}


def standing_of(page: str) -> str:
    found = re.search(r'name="standing" id="playground-standing" value="([^"]*)"', page)
    assert found
    return found[1]


def ask(admin: Client, company: Company, text: str, **fields: object) -> str:
    page: str = call(admin, "post", url(company), form(question=text, **fields)).content.decode()
    return page


def test_d08_the_playground_shows_why_an_answer_came_out_so(admin: Client, acme: Company) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine.")

    page = ask(admin, acme, "when do you open")
    for words in ("From nine.", "Bob, asked for by name", "When are you open?", "Nothing found.", "Knowledge base, no"):
        assert words in page
    assert "Sent" in page


def test_d08_the_playground_goes_on_from_turn_to_turn(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    assistant = give_model(acme, openai_double)
    fields = {"provider": "openai", "model": "double-echo", "provider_key": assistant.provider_key_id}
    fields |= {"base_url": openai_double.url, "prompt": "Speak of unsaved things."}

    first = ask(admin, acme, "One", **fields)
    ask(admin, acme, "Two", standing=standing_of(first), **fields)
    sent = openai_double.calls[-1].body["messages"]
    assert "Speak of unsaved things." in sent[0]["content"]
    assert [(m["role"], m["content"]) for m in sent[1:]] == [("user", "One"), ("assistant", "One"), ("user", "Two")]
    assert "Speak of unsaved things." in first, "the prompt that was sent is shown"


def test_d12_the_playground_shows_what_a_models_answer_rests_on(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine until half past six.")
    assistant = give_model(acme, openai_double)
    openai_double.script(Behaviour(text="We open at nine, until half past six."), Behaviour(text="Good question!"))
    fields = {"provider": "openai", "model": "double-echo", "provider_key": assistant.provider_key_id}

    for named in (True, False):
        page = ask(admin, acme, "When are you open?", base_url=openai_double.url, **fields)
        assert ("<b>Sources</b><span>When are you open?</span>" in page) is named


def test_d08_the_playground_follows_a_talk_that_goes_to_people(admin: Client, acme: Company) -> None:
    first = ask(admin, acme, "I want to talk to a human")
    assert ">Your team</dd>" in first
    second = ask(admin, acme, "Hello?", standing=standing_of(first))
    assert "Your team has the conversation" in second


def test_d08_the_playground_lets_routing_decide_where_it_is_asked_to(admin: Client, acme: Company) -> None:
    cy = factories.make_assistant(acme.tenant, "Cy", is_default=False, is_default_chat=False)
    RoutingRule.objects.create(tenant=acme.tenant, name="Boats", keywords=["boat"], assistant=cy, priority=60)

    assert "Cy, by the rule “Boats”, priority 60" in ask(admin, acme, "a boat please", routed="on")
    assert "Bob, no rule fits, and it has the star" in ask(admin, acme, "hello", routed="on")
    assert "Bob, asked for by name" in ask(admin, acme, "a boat please")


def test_d08_the_playground_stores_nothing_and_counts_no_usage(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    assistant = give_model(acme, openai_double, max_tokens=20)
    budget.set_limits(acme.tenant, micros=10_000_000, tokens=None)
    kept = (Conversation, Message, Turn, SafetyMatch, UsagePeriod)
    before = [model.objects.count() for model in kept]

    page = ask(
        admin, acme, "i want to die <b>", provider="openai", model="double-echo",
        provider_key=assistant.provider_key_id, base_url=openai_double.url,
    )  # fmt: skip
    assert "Your team takes over." in page
    assert "&lt;b&gt;" in page
    ask(
        admin, acme, "Hello", provider="openai", model="double-echo",
        provider_key=assistant.provider_key_id, base_url=openai_double.url,
    )  # fmt: skip
    assert [model.objects.count() for model in kept] == before
    assert BudgetPeriod.objects.get().tokens > 0, "what it costs is taken out of the budget"


def test_d08_the_playground_begins_anew_where_a_standing_is_not_ours(
    admin: Client, acme: Company, globex: Company
) -> None:
    stranger = signed_in(globex.admin)
    theirs = standing_of(ask(stranger, globex, "I want to talk to a human"))

    for standing in (theirs, "made up", theirs + "x"):
        assert "Your team has the conversation" not in ask(admin, acme, "Hello", standing=standing)
    assert standing_of(admin.get(url(acme)).content.decode()) == ""
    assert stranger.get(url(acme)).status_code == 404
