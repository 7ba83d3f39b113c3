"""What a model's answer rests on is named: to the visitor, to the team, and nowhere where it rests on nothing."""

from __future__ import annotations

import httpx
import pytest

from assistants import knowledge
from conversations.models import Conversation
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Web
from tests.visitor import Visitor, connect_model
from tests.world import Company, World, bearer

TITLE = "How long does delivery take?"
URL = "https://shop.example/delivery"
SAYS = "Delivery takes two to three days within the city, by cargo bike."


@pytest.fixture
def acme(world: World, openai_double: OpenAIDouble) -> Company:
    """Acme has written down how it delivers; its model is the double."""
    tenant = world.acme.tenant
    knowledge.add_source(tenant=tenant, kind="faq", title=TITLE, body=SAYS, url=URL, language="english")
    knowledge.add_source(
        tenant=tenant, kind="faq", title="Do you deliver on Sundays?", body="No, never.", language="english"
    )
    connect_model(world.acme.assistant, openai_double.url)
    return world.acme


@pytest.fixture
def visitor(web: Web, acme: Company) -> Visitor:
    return Visitor(web.url, acme.tenant)


def transcript(web: Web, company: Company) -> list[dict[str, object]]:
    """What the team reads of the newest conversation."""
    path = f"/api/conversations/{Conversation.objects.latest('started_at').pk}/messages"
    messages: list[dict[str, object]] = httpx.get(web.url + path, headers=bearer(company.agent)).json()["messages"]
    return messages


def test_p01_a_models_answer_names_the_page_it_rests_on(
    web: Web, acme: Company, visitor: Visitor, openai_double: OpenAIDouble
) -> None:
    openai_double.script(Behaviour(text="Hi! It takes two to three days within the city. Shall I book it?"))
    answer = visitor.say("How long does delivery take?").json()

    named = [{"title": TITLE, "url": URL}]
    assert "> [1] How long does delivery take?" in openai_double.calls[-1].messages[0]["content"]
    assert set(answer["metadata"]) == {"model", "tokens", "assistantId", "status"}
    assert [message.get("sources") for message in visitor.history()] == [None, named]
    assert transcript(web, acme)[-1]["metadata"]["sources"] == named  # type: ignore[index]


def test_d12_an_answer_out_of_thin_air_names_nothing(
    web: Web, acme: Company, visitor: Visitor, openai_double: OpenAIDouble
) -> None:
    openai_double.script(
        Behaviour(text="I'm sorry, I don't know how long delivery to the moon takes. A person replies here."),
        Behaviour(text="Couriers usually need a fortnight abroad."),
    )
    visitor.say("How long does delivery to the moon take?")
    visitor.say("How long does delivery take abroad?")

    assert len(openai_double.calls) == 2
    assert all(SAYS in call.messages[0]["content"] for call in openai_double.calls), "the passage was there to be named"
    assert not any("sources" in message for message in visitor.history())
    assert not any("sources" in message["metadata"] for message in transcript(web, acme))  # type: ignore[operator]
