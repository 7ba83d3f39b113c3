"""A hand-off as the visitor sees it: in the answer, over the open stream, in the transcript after a reload."""

from __future__ import annotations

import pytest

from assistants import knowledge
from assistants.models import Handoff, KnowledgeSource, RoutingRule
from conversations.models import Conversation
from tests import factories
from tests.servers import Web
from tests.visitor import Visitor
from tests.world import Company, World


@pytest.fixture
def acme(world: World) -> Company:
    faq = KnowledgeSource.Kind.FAQ
    knowledge.add_source(
        tenant=world.acme.tenant, kind=faq, title="When are you open?", body="From nine to five.", language=""
    )
    return world.acme


def test_d09_the_visitor_sees_who_takes_over(web: Web, acme: Company) -> None:
    bob = factories.make_assistant(acme.tenant, "Bob", is_default=False, is_default_chat=False)
    Handoff.objects.create(
        tenant=acme.tenant, assistant=acme.assistant, keywords=["invoice"], target="assistant", to_assistant=bob
    )
    Handoff.objects.create(tenant=acme.tenant, assistant=bob, keywords=["lawyer"], on_no_answer=True)
    visitor = Visitor(web.url, acme.tenant)
    visitor.say("When are you open?")
    line = f"{acme.assistant.name} passes you on to Bob."

    with visitor.follow() as stream:
        answer = visitor.say("My invoice: when are you open?").json()
        told = stream.next()
        assert (told.event, told.data["author"], told.data["message"]) == ("message", "system", line)
        assert (answer["message"], answer["metadata"]["assistantId"]) == ("From nine to five.", str(bob.pk))

        people = visitor.say("I will ask my lawyer", messageId="m-1").json()
        told = stream.next()
        assert (told.data["author"], told.data["message"]) == (
            "system",
            "Bob passes you on to the team at Acme. A person will reply to you here.",
        )
    assert (people["message"], people["metadata"]["status"]) == (None, "human")
    assert people["metadata"]["reason"] == "escalated"
    assert visitor.say("I will ask my lawyer", messageId="m-1").json() == people
    lines = [(told["author"], told["message"]) for told in visitor.history()]
    assert lines[2:5] == [
        ("visitor", "My invoice: when are you open?"),
        ("system", line),
        ("assistant", "From nine to five."),
    ]
    assert [author for author, _ in lines[5:]] == ["visitor", "system"]


def test_s13_a_rule_sends_visitors_to_people_or_another_assistant(web: Web, acme: Company) -> None:
    bob = factories.make_assistant(acme.tenant, "Bob", is_default=False, is_default_chat=False)
    RoutingRule.objects.create(tenant=acme.tenant, name="Bills", keywords=["invoice"], assistant=bob)
    RoutingRule.objects.create(tenant=acme.tenant, name="Angry", priority=90, intent="complaint", target="people")
    token = Visitor(web.url, acme.tenant).token

    def routed(text: str) -> dict[str, object]:
        metadata: dict[str, object] = Visitor(web.url, acme.tenant, token).say(text).json()["metadata"]
        return metadata

    assert routed("When are you open?")["assistantId"] == str(acme.assistant.pk)
    assert routed("My invoice")["assistantId"] == str(bob.pk)
    assert (routed("My invoice is unacceptable")["status"], bob.name) == ("human", "Bob")
    waiting = Conversation.objects.get(tenant=acme.tenant, ai_paused=True)
    assert waiting.attention == Conversation.Attention.PEOPLE_ONLY
