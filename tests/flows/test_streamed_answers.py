"""An answer seen while it is made: whole, stopped, taken over by a person, left and come back to (P1, S14, B5)."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from assistants.models import Assistant, SafetyPolicy
from conversations import services as conversations
from conversations.models import Conversation, Message
from tests.doubles.openai_behaviours import Behaviour, error
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Running, Web
from tests.visitor import Told, Visitor, connect_model
from tests.waiting import wait_until
from tests.world import Company, World

Start = Callable[[Running], Running]
SLOW = Behaviour(pieces=("We open", " at nine,", " and we close", " at five."), pauses_after=2)


@pytest.fixture
def acme(world: World, openai_double: OpenAIDouble) -> Company:
    connect_model(world.acme.assistant, openai_double.url)
    return world.acme


@pytest.fixture
def visitor(web: Web, acme: Company) -> Visitor:
    return Visitor(web.url, acme.tenant)


def seen(told: list[Told]) -> str:
    """What the deltas say together."""
    return "".join(one.data["text"] for one in told if one.event == "delta")


def set_up(company: Company, **fields: object) -> None:
    Assistant.objects.filter(pk=company.assistant.pk).update(**fields)


def test_p01_the_answer_is_told_word_by_word_and_then_as_json_has_it(
    visitor: Visitor, openai_double: OpenAIDouble
) -> None:
    openai_double.script(Behaviour(pieces=("We", " open", " at", " nine."), pause=0.05))
    with visitor.ask("When?", messageId="m-1") as stream:
        told = stream.until("message")
    assert len(told) > 2
    assert seen(told) == told[-1].data["message"] == "We open at nine."
    assert told[-1].data == visitor.say("When?", messageId="m-1").json()
    assert told[-1].data["metadata"]["tokens"] > 0
    assert set(told[-1].data["metadata"]) == {"model", "tokens", "assistantId", "status"}
    with visitor.ask("When?", messageId="m-1") as again:
        assert again.until("message")[-1].data == told[-1].data
    assert len(openai_double.calls) == 1
    assert [m["message"] for m in visitor.history()] == ["When?", "We open at nine."]


def test_p01_words_are_seen_before_the_rest_is_made(visitor: Visitor, openai_double: OpenAIDouble) -> None:
    openai_double.script(SLOW)
    with visitor.ask("When?") as stream:
        assert stream.next().data["text"].startswith("We open")
        openai_double.go_on.set()
        assert stream.until("message")[-1].data["message"] == "We open at nine, and we close at five."


def test_p01_the_knowledge_base_streams_too(web: Web, world: World) -> None:
    visitor = Visitor(web.url, world.globex.tenant)
    with visitor.ask("Hello") as stream:
        told = stream.until("message")
    assert seen(told) == told[-1].data["message"]


def test_p01_a_stopped_answer_is_what_was_seen_of_it(visitor: Visitor, openai_double: OpenAIDouble) -> None:
    openai_double.script(SLOW)
    with visitor.ask("When?", messageId="m-2") as stream:
        first = stream.next()
        assert visitor.stop("m-2").json() == {"success": True}
        told = [first, *stream.until("message")]
    body = told[-1].data
    assert (body["metadata"]["status"], body["metadata"]["stopped"]) == ("answered", True)
    assert body["message"] == seen(told)
    assert "five" not in body["message"]
    assert visitor.say("When?", messageId="m-2").json() == body
    assert visitor.history()[-1] | {"message": body["message"], "stopped": True} == visitor.history()[-1]
    stored = Message.objects.get(conversation=body["conversationId"], author="assistant")
    assert (stored.body, stored.metadata["stopped"]) == (body["message"], True)
    wait_until(lambda: openai_double.in_flight == 0, what="the model is left alone")
    assert visitor.say("And now?").json()["message"] == "You said: And now?"


def test_p01_an_answer_stopped_before_its_first_word_is_none(visitor: Visitor, openai_double: OpenAIDouble) -> None:
    openai_double.latency = 30
    with visitor.ask("When?", messageId="m-3") as stream:
        wait_until(lambda: openai_double.in_flight == 1, what="the provider thinks")
        assert visitor.stop("m-3").status_code == 200
        body = stream.until("message")[-1].data
    assert (body["message"], body["metadata"]["status"], body["metadata"]["stopped"]) == (None, "no_reply", True)
    conversation = Conversation.objects.get(session=visitor.session)
    assert conversation.attention == ""
    assert [m["message"] for m in visitor.history()] == ["When?"]


def test_p01_only_ones_own_messages_can_be_stopped(visitor: Visitor, world: World, openai_double: OpenAIDouble) -> None:
    openai_double.script(SLOW)
    with visitor.ask("When?", messageId="m-4") as stream:
        stream.next()
        for stranger in (Visitor(visitor.base_url, world.acme.tenant), Visitor(visitor.base_url, world.globex.tenant)):
            refused = stranger.stop("m-4")
            assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")
        assert visitor.post("chat/stop", {"sessionId": visitor.session}).status_code == 400
        assert httpx.post(f"{visitor.door}/chat/stop", json={}).status_code == 401
        openai_double.go_on.set()
        assert stream.until("message")[-1].data["message"].endswith("five.")
    assert visitor.stop("m-4").status_code == 200  # too late: the answer stands
    assert "stopped" not in visitor.history()[-1]


def test_p01_another_process_may_be_told_to_stop_or_asked_again(
    web: Web, start: Start, visitor: Visitor, openai_double: OpenAIDouble
) -> None:
    other = Web()
    start(other)
    elsewhere = Visitor(other.url, visitor.tenant, visitor.token, visitor.session)
    openai_double.script(SLOW)
    with visitor.ask("When?", messageId="m-5") as stream:
        first = stream.next()
        busy = elsewhere.say("When?", messageId="m-5")
        assert (busy.status_code, busy.json()["error"]["code"]) == (409, "message_in_progress")
        assert elsewhere.stop("m-5").status_code == 200
        told = [first, *stream.until("message", seconds=5)]
    assert told[-1].data["metadata"]["stopped"] is True
    assert elsewhere.say("When?", messageId="m-5").json() == told[-1].data


def test_p01_who_comes_back_in_the_middle_hears_it_from_the_beginning(
    visitor: Visitor, openai_double: OpenAIDouble
) -> None:
    openai_double.script(SLOW)
    with visitor.ask("When?", messageId="m-6") as stream:
        first = stream.next()
    with visitor.ask("When?", messageId="m-6") as again:
        assert again.next().data["text"].startswith(first.data["text"])
        openai_double.go_on.set()
        assert again.until("message")[-1].data["message"] == "We open at nine, and we close at five."
    assert len(openai_double.calls) == 1


def test_p01_a_visitor_who_leaves_does_not_stop_the_answer(visitor: Visitor, openai_double: OpenAIDouble) -> None:
    openai_double.script(SLOW)
    with visitor.ask("When?") as stream:
        stream.next()
    openai_double.go_on.set()
    whole = wait_until(lambda: len(visitor.history()) == 2 and visitor.history()[-1]["message"])
    assert whole == "We open at nine, and we close at five."


def test_b05_a_person_who_takes_over_ends_the_answer_that_is_being_told(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    openai_double.script(SLOW)  # it never goes on
    with visitor.ask("Who answers?") as stream:
        stream.next()
        conversation = Conversation.objects.get(session=visitor.session)
        conversations.post_reply(conversation=conversation, by=acme.agent, text="I do")
        body = stream.until("message", seconds=6)[-1].data
    assert (body["message"], body["metadata"]["status"]) == (None, "human")
    assert body["metadata"]["reason"] == "human_takeover"
    assert "stopped" not in body["metadata"]
    assert [m["author"] for m in visitor.history()] == ["visitor", "agent"]


def test_s14_no_part_of_a_blocked_phrase_is_ever_told(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    SafetyPolicy.objects.create(tenant=acme.tenant, blocked_keywords=["secret sauce"])
    openai_double.script(
        Behaviour(pieces=("Our", " recipe", " is", " the s", "3cr", "\u200bet", " s a", " u c e", " of", " the house."))
    )
    with visitor.ask("Recipe?") as stream:
        told = stream.until("message")
    assert "Our recipe is the".startswith(seen(told).rstrip())
    assert (told[-1].data["message"], told[-1].data["metadata"]["status"]) == (None, "blocked")
    assert told[-1].data["metadata"]["reason"] == "safety_blocked"


@pytest.mark.parametrize(
    ("policy", "heard"), [("never", True), ("flagged", True), ("first_reply", False), ("always", False)]
)
def test_s14_what_people_read_first_is_not_told_before(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble, policy: str, heard: bool
) -> None:
    set_up(acme, review_policy=policy)
    openai_double.script(SLOW)
    openai_double.go_on.set()
    with visitor.ask("When?") as stream:
        told = stream.until("message")
    assert bool(seen(told)) is heard
    assert told[-1].data["metadata"]["status"] == ("answered" if heard else "held")


def test_s14_a_medium_match_is_only_told_once_it_has_been_confirmed_as_harmless(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    SafetyPolicy.objects.create(tenant=acme.tenant, serious_medium_confidence_keywords=["lightning strike"])
    reply = "It survives a lightning strike, says the maker."
    openai_double.script(Behaviour(text=reply), Behaviour(text="NO"))
    with visitor.ask("Robust?") as stream:
        told = stream.until("message")
    assert told[-1].data["message"] == reply
    assert seen(told[:-2]) in ("", "It", "It survives", "It survives a")
    assert seen(told) == reply


def test_s11_a_stream_that_breaks_off_says_why_and_is_not_half_an_answer(
    visitor: Visitor, openai_double: OpenAIDouble
) -> None:
    broken = Behaviour(pieces=("Half an answer,", " and then"), breaks_after=1)
    openai_double.script(broken, broken)
    with visitor.ask("Anybody?") as stream:
        told = stream.until("message")
    assert told[-1].data["message"] is None
    assert told[-1].data["metadata"]["reason"] == "provider_error"
    assert [m["message"] for m in visitor.history()] == ["Anybody?"]


def test_s11_what_was_begun_anew_is_told_once(visitor: Visitor, openai_double: OpenAIDouble) -> None:
    openai_double.script(Behaviour(pieces=("One thing,", " and"), breaks_after=1), Behaviour(text="Another thing."))
    with visitor.ask("Anybody?") as stream:
        told = stream.until("message")
    assert told[-1].data["message"] == "Another thing."
    assert seen(told) in ("", "One thing,", "Another thing.")


def test_s08_refusals_have_their_status_and_failures_their_event(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    openai_double.script(error(401))
    with visitor.ask("Hello?") as stream:
        assert stream.until("message")[-1].data["metadata"]["reason"] == "provider_error"
    set_up(acme, active=False)
    with visitor.ask("Hello?") as stream:
        failed = stream.until("error")[-1].data
    assert (failed["success"], failed["error"]["code"]) == (False, "assistant_misconfigured")
