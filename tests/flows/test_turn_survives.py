"""A visitor's turn across a killed process, a lost lease and a person who speaks first."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from conversations import services as conversations
from conversations.models import Conversation, Event, Message, Turn
from conversations.tasks import mark_lost_turns
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Running, Web
from tests.visitor import Visitor, connect_model
from tests.waiting import wait_until
from tests.world import Company, World

Start = Callable[[Running], Running]


@pytest.fixture
def acme(world: World, openai_double: OpenAIDouble) -> Company:
    connect_model(world.acme.assistant, openai_double.url)
    return world.acme


def in_background(work: Callable[[], object]) -> threading.Thread:
    """Do it beside the test; a server that is killed under it is no failure."""

    def run() -> None:
        with suppress(httpx.HTTPError):
            work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_s07_a_turn_whose_process_was_killed_is_answered_once_on_retry(
    start: Start, acme: Company, openai_double: OpenAIDouble
) -> None:
    web = Web()
    start(web)
    visitor = Visitor(web.url, acme.tenant)
    openai_double.latency = 20
    asking = in_background(lambda: visitor.say("Are you there?", messageId="m-1"))
    wait_until(lambda: openai_double.in_flight == 1, what="the provider thinks")
    web.kill()
    asking.join()
    openai_double.latency = 0
    web.start()
    answers: list[httpx.Response] = []

    def retried() -> bool:
        answers.append(visitor.say("Are you there?", messageId="m-1"))
        return answers[-1].status_code == 200

    wait_until(retried, seconds=20, what="the retry is answered")
    assert {a.json()["error"]["code"] for a in answers[:-1]} <= {"message_in_progress"}
    assert visitor.say("Are you there?", messageId="m-1").json() == answers[-1].json()
    assert [(m["author"], m["message"]) for m in visitor.history()] == [
        ("visitor", "Are you there?"),
        ("assistant", "You said: Are you there?"),
    ]


def test_s07_a_slow_turn_is_not_taken_over_while_its_process_lives(
    web: Web, acme: Company, openai_double: OpenAIDouble
) -> None:
    openai_double.latency = 14  # longer than a lease
    visitor = Visitor(web.url, acme.tenant)
    asking = in_background(lambda: visitor.say("Slowly", messageId="m-2"))
    wait_until(lambda: openai_double.in_flight == 1, what="the provider thinks")
    began = timezone.now()
    wait_until(lambda: timezone.now() - began > timedelta(seconds=11.5), seconds=15)
    assert visitor.say("Slowly", messageId="m-2").status_code == 409
    asking.join()
    assert visitor.say("Slowly", messageId="m-2").json()["message"] == "You said: Slowly"
    assert len(openai_double.calls) == 1


def test_s07_a_lost_turn_nobody_retries_is_shown_to_the_team(
    start: Start, acme: Company, openai_double: OpenAIDouble
) -> None:
    web = Web()
    start(web)
    visitor = Visitor(web.url, acme.tenant)
    openai_double.latency = 20
    asking = in_background(lambda: visitor.say("Hello?", messageId="m-3"))
    wait_until(lambda: openai_double.in_flight == 1, what="the provider thinks")
    web.kill()
    asking.join()
    assert mark_lost_turns() == 0, "the lease still holds"
    Turn.objects.update(lease_expires_at=timezone.now())
    assert mark_lost_turns() == 1
    assert mark_lost_turns() == 0
    conversation = Conversation.objects.get(session=visitor.session)
    assert conversation.attention == Conversation.Attention.ANSWER_LOST
    assert Event.objects.order_by("-seq")[0].data["needs_attention"] is True
    openai_double.latency = 0
    web.start()
    assert visitor.say("Hello?", messageId="m-3").json()["message"] == "You said: Hello?"


@pytest.mark.parametrize("act", ["reply", "take over", "close"])
def test_b05_no_answer_lands_after_a_person_has_acted(
    web: Web, acme: Company, openai_double: OpenAIDouble, act: str
) -> None:
    openai_double.latency = 1
    visitor = Visitor(web.url, acme.tenant)
    answers: list[httpx.Response] = []
    asking = in_background(lambda: answers.append(visitor.say("Who answers?")))
    wait_until(lambda: openai_double.in_flight == 1, what="the provider thinks")
    conversation = Conversation.objects.get(session=visitor.session)
    if act == "reply":
        conversations.post_reply(conversation=conversation, by=acme.agent, text="I do")
    elif act == "take over":
        conversations.pause_assistant(conversation=conversation)
    else:
        conversations.close_conversation(conversation=conversation, by=acme.agent)
    asking.join()
    told = answers[0].json()
    assert (told["message"], told["metadata"]["status"], told["metadata"]["reason"]) == (
        None,
        "human",
        "human_takeover",
    )
    assert not Message.objects.filter(conversation=conversation, author="assistant").exists()


def test_p04_giving_back_lets_the_assistant_answer_again(web: Web, acme: Company) -> None:
    visitor = Visitor(web.url, acme.tenant)
    visitor.say("First")
    conversation = Conversation.objects.get(session=visitor.session)
    conversations.post_reply(conversation=conversation, by=acme.agent, text="I take over")
    assert visitor.say("Second").json()["metadata"] == {
        "model": None,
        "tokens": 0,
        "assistantId": None,
        "status": "human",
        "reason": "human_takeover",
    }
    conversations.give_back(conversation=conversation)
    assert visitor.say("Third").json()["message"].endswith("Third")


def test_b05_over_many_interleavings_no_assistant_speaks_after_a_person(
    web: Web, acme: Company, openai_double: OpenAIDouble
) -> None:
    openai_double.latency = 0.05
    visitors = [Visitor(web.url, acme.tenant) for _ in range(24)]
    chance = random.Random(5)
    delays = [chance.uniform(0, 0.2) for _ in visitors]
    threads = [in_background(lambda v=v: [v.say(f"Line {n}") for n in range(3)]) for v in visitors]  # type: ignore[misc]
    pause = threading.Event()
    for visitor, delay in zip(visitors, delays, strict=True):
        conversation = wait_until(lambda v=visitor: Conversation.objects.filter(session=v.session).first())  # type: ignore[misc]
        pause.wait(delay / 10)
        conversations.post_reply(conversation=conversation, by=acme.agent, text="A person")
    for thread in threads:
        thread.join()
    for conversation in Conversation.objects.filter(session__in=[v.session for v in visitors]):
        authors = list(conversation.messages.in_order().values_list("author", flat=True))  # type: ignore[attr-defined]
        assert authors.count("visitor") == 3
        assert "assistant" not in authors[authors.index("agent") :], authors
