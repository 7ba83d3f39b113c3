"""Answers that come in pieces, from servers that keep the protocol and from those that don't."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from assistants.providers import openai as provider_module
from assistants.providers.base import (
    MAX_REPLY_CHARS,
    Completion,
    Connection,
    Failure,
    Passage,
    Prompt,
    ProviderError,
    Said,
    ToolCall,
    ToolSpec,
)
from assistants.providers.breaker import OPENS_AFTER
from assistants.providers.knowledge import KnowledgeProvider
from assistants.providers.openai import OpenAIProvider
from assistants.providers.registry import aclose_all
from tests.doubles.openai_behaviours import Behaviour, error
from tests.doubles.openai_server import OpenAIDouble

PROMPT = Prompt("Be kind.", (Said("visitor", "Hello there"),))


@pytest.fixture(autouse=True)
async def clients_are_closed(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(provider_module, "RETRY_SPREAD", 0.0)
    yield
    await aclose_all()


async def heard_from(
    double: OpenAIDouble, model: str = "double-echo", *, budget: float = 10, **more: Any
) -> tuple[list[str], Completion]:
    """What was told on the way, and the answer."""
    heard: list[str] = []
    provider = OpenAIProvider(Connection(double.url, "sk-of-acme", model, **more), budget=budget)
    return heard, await provider.stream(PROMPT, heard.append)


async def failure_of(double: OpenAIDouble, model: str = "double-echo", **more: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await heard_from(double, model, **more)
    return caught.value


def line(**event: Any) -> bytes:
    return b"data: " + json.dumps(event).encode() + b"\n\n"


def word(text: Any, **choice: Any) -> bytes:
    return line(choices=[{"index": 0, "delta": {"content": text}, **choice}])


END = line(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
DONE = b"data: [DONE]\n\n"


async def test_p01_a_reply_is_heard_while_it_is_made(openai_double):
    openai_double.script(Behaviour(pieces=("We open", " at", " nine. "), pause=0.02))
    heard, completion = await heard_from(openai_double)
    assert heard == ["We open", "We open at", "We open at nine."]
    assert (completion.text, completion.tokens_in, completion.tokens_out) == ("We open at nine.", 4, 4)
    body = openai_double.calls[-1].body
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})


async def test_p01_the_connection_of_a_stream_is_kept(openai_double):
    await heard_from(openai_double)
    await heard_from(openai_double)
    first, second = openai_double.calls
    assert first.connection is second.connection


@pytest.mark.parametrize("refused", ["stream", "stream_options"])
async def test_p01_what_a_server_refuses_of_streaming_is_left_out_and_remembered(openai_double, refused):
    picky = Behaviour(text="Fine then.", refuses=(refused,))
    openai_double.script(picky, picky, picky)
    assert (await heard_from(openai_double))[1].text == "Fine then."
    asked = len(openai_double.calls)
    openai_double.script(picky)
    heard, completion = await heard_from(openai_double)
    assert (completion.text, len(openai_double.calls)) == ("Fine then.", asked + 1)
    assert bool(heard) is (refused == "stream_options")
    assert refused not in openai_double.calls[-1].body


async def test_p01_a_server_that_does_not_stream_answers_in_one_piece(openai_double):
    openai_double.script(Behaviour(text="All at once.", streams=False))
    assert (await heard_from(openai_double))[1].text == "All at once."
    openai_double.script(Behaviour(body=word("Not ") + word("said") + END + DONE, content_type="text/plain"))
    assert (await heard_from(openai_double))[1].text == "Not said"


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ((word("No end"), word(" mark"), END), "No end mark"),
        ((word("No reason"), DONE), "No reason"),
        ((b": ping\n\n", b"event: x\nid: 1\n" + word("Framed"), END.replace(b"\n", b"\r\n"), DONE), "Framed"),
        ((line(choices=[]), line(prompt_filter_results=[1]), word("Filtered"), END), "Filtered"),
        ((word("No usage"), END, line(choices=[], usage=None), DONE), "No usage"),
        ((word([{"type": "text", "text": "In "}, {"type": "image"}]), word("parts"), END), "In parts"),
        ((word(None), word(7), word({"a": 1}), word("Real"), END), "Real"),
        ((word("<thi"), word("nk>hm"), word("</think>"), word("\n Said"), END), "Said"),
        ((word("half \ud83d"), word("\ude00 face"), END), "half \U0001f600 face"),
        ((word("a\x00b"), word("\ud800c"), END), "abc"),
        ((b"".join([word("In one"), word(" packet"), END, DONE]), word(" late")), "In one packet"),
        ((word("Cut")[:9], word("Cut")[9:], END), "Cut"),
    ],
)
async def test_p01_a_sloppy_servers_stream_is_read(openai_double, events, text):
    openai_double.script(Behaviour(events=events))
    heard, completion = await heard_from(openai_double)
    assert completion.text == text
    assert all(text.startswith(part) for part in heard)


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (Behaviour(events=(word("Half a"),)), Failure.UNREACHABLE),
        (Behaviour(events=(word("Half a"), word(" reply"), END), breaks_after=1), Failure.UNREACHABLE),
        (Behaviour(events=(word("Fine"), b'data: {"choi\n\n', END)), Failure.GARBAGE),
        (Behaviour(events=(word("Fine"), b"data: [1]\n\n", END)), Failure.GARBAGE),
        (Behaviour(events=(b"data: " + b"[" * 200_000 + b"\n\n", END)), Failure.GARBAGE),
        (Behaviour(events=(b"data: " + b"x" * 1_500_000,)), Failure.GARBAGE),
        (Behaviour(events=(b"<h1>It works</h1>",)), Failure.UNREACHABLE),
        (Behaviour(events=(b"",)), Failure.UNREACHABLE),
        (Behaviour(events=(END, DONE)), Failure.GARBAGE),
        (Behaviour(events=(word("Fine"), line(error={"code": "insufficient_quota"}))), Failure.NO_CREDIT),
        (Behaviour(events=(word("Fine"), line(error={"code": 429, "message": "sk-of-acme"}))), Failure.RATE_LIMITED),
        (Behaviour(events=(word("Fine"), line(error="overloaded"))), Failure.SERVER_ERROR),
        (Behaviour(events=(word("", finish_reason="content_filter"),)), Failure.CONTENT_FILTER),
        (Behaviour(message={"refusal": "I can't."}), Failure.CONTENT_FILTER),
    ],
)
async def test_p01_a_stream_that_goes_wrong_is_a_named_failure(openai_double, behaviour, failure):
    openai_double.script(behaviour, behaviour)
    problem = await failure_of(openai_double)
    assert problem.failure is failure
    assert "sk-of-acme" not in str(problem)


async def test_p01_a_stream_that_breaks_off_is_tried_once_more(openai_double):
    openai_double.script(Behaviour(pieces=("Half", " a"), breaks_after=1), Behaviour(text="Whole."))
    heard, completion = await heard_from(openai_double)
    assert (heard, completion.text) == (["Half", "Whole."], "Whole.")
    openai_double.script(error(500), Behaviour(text="Second."))
    assert (await heard_from(openai_double))[1].text == "Second."


async def test_p01_a_stream_that_stalls_ends_with_the_budget(openai_double):
    openai_double.script(Behaviour(pieces=("Wait", " for", " it"), pauses_after=1))
    begun = asyncio.get_running_loop().time()
    assert (await failure_of(openai_double, budget=0.4)).failure is Failure.TIMEOUT
    assert asyncio.get_running_loop().time() - begun < 2


async def test_p01_a_server_that_forgets_to_hang_up_is_left(openai_double):
    openai_double.script(Behaviour(text="That is all.", hangs_up=False))
    begun = asyncio.get_running_loop().time()
    assert (await heard_from(openai_double))[1].text == "That is all."
    assert asyncio.get_running_loop().time() - begun < 3


async def test_p01_an_endless_stream_is_cut(openai_double):
    openai_double.script(Behaviour(pieces=("word " * 100,) * 700))
    heard, completion = await heard_from(openai_double)
    assert len(completion.text) <= MAX_REPLY_CHARS + 1
    assert all(completion.text.startswith(part) for part in heard)
    openai_double.script(Behaviour(events=(b": " + b"x" * 500_000 + b"\n",) * 20))
    assert (await failure_of(openai_double)).failure is Failure.GARBAGE


async def test_p01_streams_that_break_off_open_the_breaker(openai_double):
    openai_double.script(*[Behaviour(events=(word("Half"),))] * 20)
    for _ in range(OPENS_AFTER):
        await failure_of(openai_double, budget=1.5)
    asked = len(openai_double.calls)
    assert (await failure_of(openai_double, budget=1.5)).retry_after is not None
    assert len(openai_double.calls) == asked


async def test_p01_a_cancelled_stream_ends_at_the_server_too(openai_double):
    openai_double.script(Behaviour(pieces=("One", " two"), pauses_after=1))
    call = asyncio.create_task(heard_from(openai_double))
    async with asyncio.timeout(5):
        while not openai_double.in_flight:  # noqa: ASYNC110 - the double runs in another thread
            await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        while openai_double.in_flight:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)


async def test_p01_calls_of_tools_are_gathered_from_their_pieces(openai_double):
    def call(**piece: Any) -> bytes:
        return line(choices=[{"index": 0, "delta": {"tool_calls": [piece]}}])

    begun = call(index=0, id="a", function={"name": "find", "arguments": '{"what'})
    other = call(index=1, id="b", function={"name": "look", "arguments": "{}"})
    openai_double.script(Behaviour(events=(begun, other, call(index=0, function={"arguments": '": 1}'}), END)))
    tool = ToolSpec("find", "Finds.", {"type": "object"})
    provider = OpenAIProvider(Connection(openai_double.url, "sk-of-acme", "double"))
    completion = await provider.stream(replace(PROMPT, tools=(tool,)), lambda text: None)
    assert completion.calls == (ToolCall("a", "find", '{"what": 1}'), ToolCall("b", "look", "{}"))


async def test_p01_the_knowledge_base_answers_in_one_piece():
    prompt = Prompt("", (Said("visitor", "When do you open?"),), (Passage("We open at nine.", score=0.9),))
    heard: list[str] = []
    assert (await KnowledgeProvider().stream(prompt, heard.append)).text == "We open at nine."
    assert heard == []
