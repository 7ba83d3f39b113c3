"""A model can't flood anything with calls: rounds, calls and time have an end, and all are on the bill."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assistants.models import Assistant
from assistants.services import answer
from assistants.tools import rounds
from tests.assistants.models import answered, run
from tests.assistants.tooling import DONE, QUOTE, allow, results_of, take, wants, wish
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company

pytestmark = pytest.mark.django_db(transaction=True)


def test_p07_a_flood_of_calls_and_endless_rounds_are_bounded(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    allow(ada, outcomes=[QUOTE])
    once = wish("record_outcome", {"event_type": QUOTE})
    openai_double.script(wants(*[once] * 12), DONE)
    assert answered(acme).text == "There you are."
    assert results_of(openai_double)[8:] == [rounds.TOO_MANY] * 4
    assert openai_double.calls[-1].body["tool_choice"] == "none"

    openai_double.reset()
    openai_double.script(*[wants(once)] * 4, DONE)
    assert answered(acme).text == "There you are."
    assert len(openai_double.calls) == rounds.ROUNDS_MOST + 1
    assert [call.body.get("tool_choice") for call in openai_double.calls] == [None] * 4 + ["none"]


def test_p07_a_model_that_won_t_stop_calling_is_an_empty_answer(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    allow(ada, outcomes=[QUOTE])
    openai_double.script(*[wants(wish("record_outcome", {"event_type": QUOTE}))] * 12)

    reply = answered(acme)

    assert (reply.status, reply.reason) == ("no_reply", "provider_error")
    assert reply.outcomes == (QUOTE,), "what was done before stays done"


def test_p07_all_rounds_share_one_budget_of_time(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "TOTAL_BUDGET", 1.5)
    monkeypatch.setattr(rounds, "ANSWER_SECONDS", 1.0)
    allow(ada, outcomes=[QUOTE])
    openai_double.latency = 0.7
    openai_double.script(wants(wish("record_outcome", {"event_type": QUOTE})), DONE)

    async def timed() -> tuple[Any, float]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        return await answer(received, requested=None), loop.time() - began

    received = take(acme)
    reply, spent = run(timed)

    assert openai_double.calls[-1].body["tool_choice"] == "none", "no time was left for more"
    assert reply.text == "There you are."
    assert spent < 4


def test_b08_every_round_is_on_the_bill(acme: Company, ada: Assistant, openai_double: OpenAIDouble) -> None:
    allow(ada, outcomes=[QUOTE])
    openai_double.script(wants(wish("record_outcome", {"event_type": QUOTE})), DONE)
    with_tools = answered(acme)
    openai_double.script(DONE)
    alone = answered(acme)
    assert with_tools.tokens > 1.5 * alone.tokens
    assert with_tools.cost_micros > 1.5 * alone.cost_micros
