"""Tools and structured answers over the wire: what is sent, what is read, what is left out where a server refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from assistants.providers import openai as provider_module
from assistants.providers.base import (
    Connection,
    Failure,
    Prompt,
    ProviderError,
    Said,
    Shape,
    ToolCall,
    ToolRound,
    ToolSpec,
)
from assistants.providers.openai import OpenAIProvider
from assistants.providers.registry import aclose_all
from tests.doubles.openai_behaviours import Behaviour, error
from tests.doubles.openai_server import OpenAIDouble

SPEC = ToolSpec("look_up", "Look an order up.", {"type": "object", "properties": {"order": {"type": "string"}}})
SHAPE = Shape("reading", {"type": "object", "properties": {"mood": {"type": "string"}}})
ASKED = (Said("visitor", "Where is order 7?"),)


@pytest.fixture(autouse=True)
async def clients_are_closed(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(provider_module, "RETRY_SPREAD", 0.0)
    yield
    await aclose_all()


def provider(double: OpenAIDouble) -> OpenAIProvider:
    return OpenAIProvider(Connection(double.url, "sk-tests", "double-echo"), budget=10)


def calls(*listed: Any, content: str | None = None) -> Behaviour:
    return Behaviour(message={"content": content, "tool_calls": list(listed)}, finish_reason="tool_calls")


def call(name: Any = "look_up", arguments: Any = '{"order": "7"}', **more: Any) -> dict[str, Any]:
    return {"id": "call_a", "type": "function", "function": {"name": name, "arguments": arguments}} | more


async def test_p07_a_model_is_told_of_tools_and_its_calls_are_read(openai_double: OpenAIDouble) -> None:
    openai_double.script(calls(call(), call(arguments={"order": "8"}, id=None)))

    completion = await provider(openai_double).complete(Prompt("Be kind.", ASKED, tools=(SPEC,)))

    assert completion.text == ""
    assert completion.calls == (
        ToolCall("call_a", "look_up", '{"order": "7"}'),
        ToolCall("call_1", "look_up", '{"order": "8"}'),
    )
    [told] = openai_double.calls[-1].body["tools"]
    assert told == {
        "type": "function",
        "function": {"name": "look_up", "description": "Look an order up.", "parameters": SPEC.parameters},
    }


async def test_p07_what_was_called_is_told_in_the_next_request(openai_double: OpenAIDouble) -> None:
    done = ToolRound((ToolCall("call_a", "look_up", "{}"),), ("It is on its way.",), "Let me see.")
    await provider(openai_double).complete(Prompt("", ASKED, tools=(SPEC,), rounds=(done,), may_call=False))

    sent = openai_double.calls[-1].body
    assert sent["tool_choice"] == "none"
    assert sent["messages"][1:] == [
        {
            "role": "assistant",
            "content": "Let me see.",
            "tool_calls": [{"id": "call_a", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "call_a", "content": "It is on its way."},
    ]


async def test_p07_a_server_that_refuses_tools_is_asked_without_them(openai_double: OpenAIDouble) -> None:
    refusal = error(400, None, '"auto" tool choice requires --enable-auto-tool-choice to be set')
    openai_double.script(refusal, Behaviour(text="I can't look that up."), Behaviour(text="Still not."))
    prompt = Prompt("", ASKED, tools=(SPEC,))

    assert (await provider(openai_double).complete(prompt)).text == "I can't look that up."
    assert (await provider(openai_double).complete(prompt)).text == "Still not."
    assert ["tools" in call.body for call in openai_double.calls] == [True, False, False], "it is learned"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (error(400, None, "response_format json_schema is not supported"), "json_object"),
        (error(500, None, "Internal error"), "json_object"),
    ],
)
async def test_p07_a_structured_answer_degrades_step_by_step(
    openai_double: OpenAIDouble, first: Behaviour, then: str
) -> None:
    openai_double.script(first, error(400, None, "unknown field: response_format"), Behaviour(text="calm"))

    completion = await provider(openai_double).complete(Prompt("", ASKED, shape=SHAPE))

    assert completion.text == "calm"
    kinds = [(call.body.get("response_format") or {}).get("type") for call in openai_double.calls]
    assert kinds == ["json_schema", then, None]


@pytest.mark.parametrize(
    "listed",
    [
        [], {}, "look_up", [None, 7, {"function": 3}, {"function": {"name": ""}}, {"function": {"name": ["x"]}}],
        [call(name="\x00")],
    ],
    ids=json.dumps,
)  # fmt: skip
async def test_r03_calls_that_are_none_are_an_empty_reply(openai_double: OpenAIDouble, listed: Any) -> None:
    openai_double.script(*[Behaviour(message={"content": None, "tool_calls": listed})] * 2)
    with pytest.raises(ProviderError) as caught:
        await provider(openai_double).complete(Prompt("", ASKED, tools=(SPEC,)))
    assert caught.value.failure is Failure.GARBAGE


async def test_r03_hostile_calls_are_bounded_and_none_counts_that_was_not_asked_for(
    openai_double: OpenAIDouble,
) -> None:
    flood = [call(arguments="[" * 20_000, id=f"call_{number}") for number in range(30)]
    openai_double.script(calls(*flood), calls(*flood, content="Plain words."))

    flooded = await provider(openai_double).complete(Prompt("", ASKED, tools=(SPEC,)))
    plain = await provider(openai_double).complete(Prompt("", ASKED))

    assert len(flooded.calls) == 16
    assert max(len(one.arguments) for one in flooded.calls) == 16_000
    assert (plain.text, plain.calls) == ("Plain words.", ())
