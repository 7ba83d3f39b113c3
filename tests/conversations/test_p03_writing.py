"""P3: who writes is seen by colleagues and by the visitor, in passing."""

from __future__ import annotations

import uuid

import pytest

from conversations import services
from conversations.models import Conversation
from tests.dashboard import Dashboard
from tests.factories import make_conversation
from tests.servers import Web
from tests.visitor import Visitor
from tests.world import Company, World


def writes(dashboard: Dashboard, conversation_id: object) -> None:
    dashboard.send({"type": "typing", "conversation_id": str(conversation_id)})


def hears_nothing_of_it(dashboard: Dashboard) -> bool:
    """Whatever was told before this ping's answer has arrived by then."""
    dashboard.send({"type": "ping"})
    return dashboard.events(1)[0]["type"] == "pong"


def test_p03_colleagues_and_the_visitor_see_who_writes(web: Web, world: World) -> None:
    acme = world.acme
    visitor = Visitor(web.url, acme.tenant)
    visitor.say("Is anybody there?")
    conversation = Conversation.objects.get(session=visitor.session)
    with Dashboard(web) as agent, Dashboard(web) as owner, Dashboard(web) as stranger, visitor.follow() as stream:
        for dashboard, who in ((agent, acme.agent), (owner, acme.owner), (stranger, world.globex.owner)):
            dashboard.sign_in(who)
        services.post_reply(conversation=conversation, by=acme.agent, text="Let me ask.")  # now the stream is open
        stream.until("message")
        head = [agent.events(2), owner.events(2)][0][-1]["seq"]
        writes(agent, str(conversation.pk).upper())
        told = owner.events(1)[0]
        assert told.pop("at").endswith("Z")
        assert told == {
            "type": "typing",
            "data": {
                "conversation_id": str(conversation.pk),
                "user_id": str(acme.agent.user_id),
                "name": acme.agent.user.get_full_name(),
            },
        }
        heard = stream.until("typing")[-1]
        assert heard.id == ""  # where a page goes on after a loss is not moved by it
        assert heard.data == {"author": "agent", "authorName": acme.agent.user.get_full_name()}
        assert hears_nothing_of_it(agent)
        assert hears_nothing_of_it(stranger)
        agent.send({"type": "ping"})
        assert agent.events(1)[0] == {"type": "pong", "seq": head}  # it is in no log


def test_p03_nobody_is_told_of_writing_where_one_may_not_write(web: Web, world: World) -> None:
    acme = world.acme
    theirs = make_conversation(acme.tenant, said="Private", assigned_to=acme.manager.user)
    over = make_conversation(acme.tenant, said="Thank you")
    services.close_conversation(conversation=over, by=acme.owner)
    for wrong in (theirs.pk, over.pk, world.globex.conversation.pk, uuid.uuid4(), "x", ""):
        with Dashboard(web) as agent, Dashboard(web) as owner, Dashboard(web) as stranger:
            agent.sign_in(acme.agent)
            owner.sign_in(acme.owner)
            stranger.sign_in(world.globex.owner)
            writes(agent, wrong)
            assert hears_nothing_of_it(agent)  # it was looked at before this was answered
            assert hears_nothing_of_it(owner)
            assert hears_nothing_of_it(stranger)


def test_p03_who_writes_fast_is_told_of_once(web: Web, acme: Company) -> None:
    with Dashboard(web) as agent, Dashboard(web) as owner:
        agent.sign_in(acme.agent)
        owner.sign_in(acme.owner)
        for _ in range(20):
            writes(agent, acme.conversation.pk)
        assert hears_nothing_of_it(agent)
        assert owner.events(1)[0]["type"] == "typing"
        assert hears_nothing_of_it(owner)


@pytest.mark.parametrize("conversation_id", [None, 7, [], {}])
def test_p03_a_typing_frame_that_names_no_conversation_is_told(
    web: Web, acme: Company, conversation_id: object
) -> None:
    with Dashboard(web) as agent:
        agent.sign_in(acme.agent)
        agent.send({"type": "typing", "conversation_id": conversation_id})
        assert agent.next()["code"] == "invalid_frame"
