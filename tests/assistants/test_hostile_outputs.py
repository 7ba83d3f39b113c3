"""Three hundred hostile outputs of a model: whole and streamed they end as an answer or as a reason (R3, S11)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from assistants.providers import openai as provider_module
from assistants.providers.base import MAX_REPLY_CHARS, Connection, Prompt, ProviderError, Said
from assistants.providers.openai import OpenAIProvider
from assistants.providers.registry import aclose_all
from tests.doubles.hostile_outputs import PROTOCOL, Hostile, all_of_them
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Web
from tests.visitor import Visitor, connect_model
from tests.world import World

PROMPT = Prompt("Be kind.", (Said("visitor", "Hello"),))
REASONS = {"safety_blocked", "provider_error", "provider_timeout", "provider_rate_limited", "provider_not_configured"}


@pytest.fixture(autouse=True)
async def clients_are_closed(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(provider_module, "RETRY_SPREAD", 0.0)
    monkeypatch.setattr(provider_module, "LINGER", 0.2)
    yield
    await aclose_all()


async def outcome(double: OpenAIDouble, hostile: Hostile, number: int, *, streamed: bool) -> str | ProviderError:
    """The answer's text, or the failure; anything else is raised."""
    double.reset()
    double.script(hostile.behaviour, hostile.behaviour)
    provider = OpenAIProvider(Connection(double.url, f"sk-{number}", "double"), budget=5)  # a breaker for each
    heard: list[str] = []
    try:
        done = await (provider.stream(PROMPT, heard.append) if streamed else provider.complete(PROMPT))
    except ProviderError as error:
        return error
    assert all(done.text.startswith(text) for text in heard), hostile.name
    return done.text


async def test_r03_every_hostile_output_ends_as_an_answer_or_a_named_failure(openai_double: OpenAIDouble) -> None:
    outputs = all_of_them()
    assert len(outputs) >= 300
    assert len({hostile.name for hostile in outputs}) == len(outputs)
    async with asyncio.timeout(60):
        for number, hostile in enumerate(outputs):
            whole = await outcome(openai_double, hostile, number, streamed=False)
            told = await outcome(openai_double, hostile, number, streamed=True)
            for text in (whole, told):
                if isinstance(text, ProviderError):
                    assert "sk-" not in text.message, hostile.name
                    continue
                assert len(text) <= MAX_REPLY_CHARS + 1, hostile.name
                assert "\x00" not in text, hostile.name
                text.encode()  # no lone surrogates
            if hostile.text:
                assert str(whole) == str(told) or len(hostile.text) > 1_000_000, hostile.name


def test_r03_at_the_door_the_worst_of_them_are_a_success_that_says_why(
    web: Web, world: World, openai_double: OpenAIDouble
) -> None:
    connect_model(world.acme.assistant, openai_double.url)
    for number, (name, behaviour) in enumerate(list(PROTOCOL.items())[::3]):
        connect_model(world.acme.assistant, openai_double.url, secret=f"sk-tests-{number:012}")
        visitor = Visitor(web.url, world.acme.tenant)
        openai_double.reset()
        openai_double.script(behaviour, behaviour)
        with visitor.ask("Hello") as stream:
            body = stream.until("message", seconds=20)[-1].data
        answered = body["metadata"]["status"] == "answered" and body["message"]
        assert answered or body["metadata"]["reason"] in REASONS, name
