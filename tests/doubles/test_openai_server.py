"""The double speaks OpenAI's protocol as the real library reads it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import openai
import pytest

from .openai_behaviours import Behaviour, error
from .openai_server import OpenAIDouble


@pytest.fixture
async def client(openai_double) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key="sk-test", base_url=openai_double.url, max_retries=0) as client:
        yield client


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


async def test_completion_has_the_vendors_shape(client):
    completion = await client.chat.completions.create(model="m", messages=said("Hello"))
    assert completion.choices[0].message.content == "You said: Hello"
    assert (completion.choices[0].finish_reason, completion.usage.total_tokens) == ("stop", 4)


@pytest.mark.parametrize("usage", [True, False])
async def test_stream_ends_with_done_and_usage_when_asked(client, usage):
    options = {"include_usage": True} if usage else {}
    stream = await client.chat.completions.create(
        model="double-echo", messages=said("one two three"), stream=True, stream_options=options
    )
    chunks = [chunk async for chunk in stream]
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "one two three"
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == ([6] if usage else [])


async def test_stream_keeps_words_that_repeat(client):
    stream = await client.chat.completions.create(model="double-echo", messages=said("no no yes no"), stream=True)
    assert "".join([c.choices[0].delta.content or "" async for c in stream]) == "no no yes no"


async def test_models_are_listed(client):
    assert "double-echo" in [model.id async for model in client.models.list()]


async def test_script_comes_first_and_in_order(client, openai_double):
    openai_double.script(Behaviour(text="One."), error(500), Behaviour(text="Three."))
    create = client.chat.completions.create
    assert (await create(model="m", messages=said("x"))).choices[0].message.content == "One."
    with pytest.raises(openai.InternalServerError):
        await create(model="m", messages=said("x"))
    assert (await create(model="m", messages=said("x"))).choices[0].message.content == "Three."
    assert (await create(model="m", messages=said("x"))).choices[0].message.content == "You said: x"


async def test_a_word_of_the_visitor_asks_for_a_behaviour(client, openai_double):
    with pytest.raises(openai.RateLimitError):
        await client.chat.completions.create(model="m", messages=said("Please double-429."))
    slow = await client.chat.completions.create(model="m", messages=said("Be double-slow-0.1s please"))
    assert slow.choices[0].message.content == "You said: Be double-slow-0.1s please"
    assert [call.said for call in openai_double.calls] == ["Please double-429.", "Be double-slow-0.1s please"]


async def test_unknown_path_is_a_json_404(client):
    with pytest.raises(openai.NotFoundError):
        await client.moderations.create(input="x")


def test_stopping_does_not_wait_for_a_call_that_hangs():
    double = OpenAIDouble().start()
    with openai.OpenAI(api_key="k", base_url=double.url, max_retries=0, timeout=0.2) as client:
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(model="double-hang", messages=said("x"))
        double.stop()
        with pytest.raises(openai.APIConnectionError):
            client.chat.completions.create(model="m", messages=said("x"))


def test_it_runs_as_a_process():
    command = [sys.executable, "-m", "tests.doubles.openai_server", "--port", "0", "--latency", "0"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            with openai.OpenAI(api_key="k", base_url=url, max_retries=0) as client:
                answer = client.chat.completions.create(model="m", messages=said("Hello"))
            assert answer.choices[0].message.content == "You said: Hello"
        finally:
            process.terminate()
