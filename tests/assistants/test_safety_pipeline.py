"""What safety rules do to a turn: one pipeline for chats, try-outs and the test box."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from assistants import calls, policies, services, trials
from assistants.guard import Guard
from assistants.models import Assistant, Review, SafetyMatch
from assistants.providers.base import Completion, Prompt
from assistants.safety.policy import Level, Policy
from assistants.trials import Standing, Trace
from conversations import turns
from conversations.models import Conversation, Message
from conversations.said import Received, Said, Settled
from tenants.database import close_connections, in_database
from tests.world import Company, World


class Model:
    """Stands in for the call of a model: says what it is told to, and remembers what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *replies: str) -> None:
        self.replies = list(replies)
        self.prompts: list[Prompt] = []
        monkeypatch.setattr(calls, "ask", self.ask)

    async def ask(self, assistant: Assistant, prompt: Prompt, **_: Any) -> calls.Answer:
        self.prompts.append(prompt)
        return calls.Answer(Completion(text=self.replies.pop(0), model="double", tokens_in=3, tokens_out=4))


@pytest.fixture
def acme(transactional_db: None, world: World) -> Iterator[Company]:
    world.acme.assistant.provider = Assistant.Provider.OPENAI
    world.acme.assistant.model = "double"
    world.acme.assistant.fallback_message = "A colleague will look at this."
    world.acme.assistant.save()
    yield world.acme
    close_connections()


def set_up(company: Company, **fields: Any) -> None:
    Assistant.objects.filter(pk=company.assistant.pk).update(**fields)


async def say(company: Company, text: str, session: str = "visitor-1") -> Settled:
    said = Said(tenant=company.tenant, session=session, text=text, client_id=uuid.uuid4().hex)
    received = await in_database(turns.receive, said)
    assert isinstance(received, Received)
    reply = await services.answer(received, requested=None)
    return await in_database(turns.settle, received, reply)


def conversation() -> Conversation:
    return Conversation.objects.get(session="visitor-1")


def stored(state: str) -> Message:
    return Message.objects.get(conversation__session="visitor-1", author=Message.Author.ASSISTANT, state=state)


async def test_s14_a_serious_message_goes_to_people_and_no_model_is_asked(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Model(monkeypatch)
    settled = await say(acme, "I want to k1ll mys3lf")
    assert (settled.status, settled.metadata["reason"]) == ("blocked", "serious_mode")
    assert settled.text == "A colleague will look at this."
    assert model.prompts == []
    now = await in_database(conversation)
    assert (now.ai_paused, now.attention) == (True, Conversation.Attention.SERIOUS)
    match = await in_database(SafetyMatch.objects.get)
    assert (match.side, match.level, match.text, match.action) == ("visitor", "serious_high", "k1ll mys3lf", "serious")
    again = await say(acme, "Are you there?")
    assert (again.status, again.metadata["reason"]) == ("human", "human_takeover")


async def test_s14_asking_for_a_person_brings_one(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    Model(monkeypatch)
    settled = await say(acme, "Let me talk to a human")
    assert (settled.status, settled.metadata["reason"]) == ("human", "escalated")
    now = await in_database(conversation)
    assert (now.ai_paused, now.attention) == (True, Conversation.Attention.ASKED_FOR_PERSON)


async def test_s14_a_blocked_word_never_reaches_the_visitor(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    Model(monkeypatch, "Try our competitor Glo bex, or g.l.o.b.e.x")
    await in_database(policies.save_lists, tenant=acme.tenant, lists={"blocked_keywords": ["Globex"]})
    settled = await say(acme, "Who else sells this?")
    assert (settled.status, settled.metadata["reason"]) == ("blocked", "safety_blocked")
    assert settled.text == "A colleague will look at this."
    blocked = await in_database(stored, Message.State.BLOCKED)
    assert blocked.body.startswith("Try our competitor")
    assert [finding["text"] for finding in blocked.metadata["safety"]] == ["g.l.o.b.e.x"]
    now = await in_database(conversation)
    assert (now.ai_paused, now.attention) == (False, Conversation.Attention.REPLY_BLOCKED)
    assert now.preview == "A colleague will look at this."


async def test_s12_a_flagged_reply_is_held_with_its_reason(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    Model(monkeypatch, "You get your money back, commit suicide or not")
    settled = await say(acme, "Refund?")
    assert (settled.status, settled.metadata["reason"], settled.text) == ("held", "held_for_review", None)
    review = await in_database(Review.objects.select_related("message").get)
    assert (review.why, review.decision, review.message.state) == ("flagged", "", Message.State.HELD)
    now = await in_database(conversation)
    assert (now.attention, now.preview, now.ai_paused) == (Conversation.Attention.REPLY_HELD, "Refund?", False)


@pytest.mark.parametrize(
    ("policy", "first", "second"),
    [
        ("never", "answered", "answered"),
        ("flagged", "answered", "answered"),
        ("first_reply", "held", "held"),  # what nobody released the visitor hasn't got: the next one is the first
        ("always", "held", "held"),
    ],
)
async def test_s12_the_review_policy_decides_who_waits(
    acme: Company, monkeypatch: pytest.MonkeyPatch, policy: str, first: str, second: str
) -> None:
    Model(monkeypatch, "Hello", "Hello again")
    await in_database(set_up, acme, review_policy=policy)
    assert [(await say(acme, text)).status for text in ("Hi", "And now?")] == [first, second]


async def test_s12_after_a_first_reply_the_rest_goes_out(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    Model(monkeypatch, "Hello", "Hello again")
    await say(acme, "Hi")
    await in_database(set_up, acme, review_policy="first_reply")
    assert (await say(acme, "And now?")).status == "answered"


async def test_s14_a_serious_reply_that_nobody_reviews_is_stopped(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    Model(monkeypatch, "Then commit suicide")
    await in_database(set_up, acme, review_policy="never")
    settled = await say(acme, "Hm")
    assert (settled.status, settled.metadata["reason"]) == ("blocked", "serious_mode")
    assert (await in_database(conversation)).ai_paused


@pytest.mark.parametrize(("verdict", "status"), [("NO", "answered"), ("Yes.", "blocked"), ("who knows", "blocked")])
async def test_b06_a_medium_match_is_settled_by_a_second_call(
    acme: Company, monkeypatch: pytest.MonkeyPatch, verdict: str, status: str
) -> None:
    model = Model(monkeypatch, verdict, "We deliver on Monday.")
    settled = await say(acme, "My flatmate jokes that she will press charges if it is late")
    assert settled.status == status
    assert "press charges" in model.prompts[0].transcript[0].text
    assert len(model.prompts) == (2 if status == "answered" else 1)
    assert await in_database(SafetyMatch.objects.count) == 1


async def test_b06_without_a_model_a_medium_match_is_certain(acme: Company) -> None:
    await in_database(set_up, acme, provider=Assistant.Provider.KNOWLEDGE)
    settled = await say(acme, "I will press charges")
    assert (settled.status, settled.metadata["reason"]) == ("blocked", "serious_mode")


async def test_b06_try_outs_come_to_the_same_verdicts(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    Model(monkeypatch, "You wanker", "Hello")
    draft = await in_database(Assistant.objects.select_related("tenant").get, pk=acme.assistant.pk)

    async def tried(text: str) -> Trace:
        trace, _ = await trials.say(text, tenant=acme.tenant, standing=Standing(), draft=draft, asks=draft.pk)
        return trace

    serious = await tried("i want to die")
    assert (serious.asked_action, serious.verdict, serious.to_people) == ("serious", "blocked", True)
    blocked = await tried("Hi")
    assert (blocked.said_action, blocked.verdict, blocked.withheld) == ("block", "blocked", "You wanker")
    draft.review_policy = "always"
    held = await tried("Hi")
    assert (held.said_action, held.verdict, held.withheld) == ("hold", "held", "Hello")
    assert await in_database(Message.objects.count) == 2, "nothing was stored beside the world's own lines"


async def test_s14_a_fallback_text_that_is_blocked_itself_is_not_said(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    Model(monkeypatch, "wanker")
    await in_database(set_up, acme, fallback_message="No, wanker")
    settled = await say(acme, "Hi")
    assert (settled.status, settled.text) == ("blocked", None)


async def test_b05_a_held_reply_yields_to_a_person_too(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    await in_database(set_up, acme, review_policy="always")
    Model(monkeypatch, "Hello")
    said = Said(tenant=acme.tenant, session="visitor-1", text="Hi", client_id="m-1")
    received = await in_database(turns.receive, said)
    assert isinstance(received, Received)
    reply = await services.answer(received, requested=None)
    await in_database(Conversation.objects.filter(session="visitor-1").update, epoch=1)
    settled = await in_database(turns.settle, received, reply)
    assert (settled.status, settled.metadata["reason"]) == ("human", "human_takeover")
    assert not await in_database(Review.objects.exists)


def test_d10_stricter_wins_and_the_system_stays() -> None:
    policy = Policy({Level.BLOCKED: ["Suicidal"], Level.ESCALATION: ["suicidal", "boss"]})
    assert "suicidal" in policy.effective[Level.BLOCKED]
    assert "suicidal" not in policy.effective[Level.SERIOUS_HIGH]
    assert "suicidal" not in policy.effective[Level.ESCALATION]
    assert policy.effective[Level.ESCALATION][-1] == "boss"
    assert [f.level for f in policy.in_reply("s.u.i.c.i.d.a.l")] == [Level.BLOCKED]


def test_d10_a_tenants_lists_are_its_own(world: World) -> None:
    policies.save_lists(tenant=world.acme.tenant, lists={"blocked_keywords": ["wibble"]})
    assert policies.policy_of(world.acme.tenant.pk).in_reply("a wibble")
    assert not policies.policy_of(world.globex.tenant.pk).in_reply("a wibble")
    policies.save_lists(tenant=world.acme.tenant, lists={"blocked_keywords": []})
    assert not policies.policy_of(world.acme.tenant.pk).in_reply("a wibble")


def test_the_policy_costs_a_turn_one_small_query(world: World, django_assert_num_queries: Any) -> None:
    policies.save_lists(tenant=world.acme.tenant, lists={"blocked_keywords": ["wibble"]})
    policies.policy_of(world.acme.tenant.pk)
    with django_assert_num_queries(1):
        policies.policy_of(world.acme.tenant.pk)


def test_a_guard_without_a_model_confirms_nothing(world: World) -> None:
    guard = Guard(Policy(), world.acme.assistant, Prompt(system="", transcript=()))
    assert guard._confirm is None
