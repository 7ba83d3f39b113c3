"""Answers from any OpenAI-compatible API, through the openai library: one budget, one retry, one breaker per key."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import httpx2
import openai

from .base import TOTAL_BUDGET, Completion, Connection, Failure, Hear, Prompt, ProviderError
from .clients import Lane, current_pool
from .connectors import ConnectorFactory, plain_connector
from .dialect import MAX_STEPS, Dialect, adapt, build_request, build_stream_request, with_less
from .failures import complaint_of, explain, fail, is_too_long
from .replies import read_completion, read_models
from .streams import StreamReader
from .transport import UnreadableReply, is_event_stream

RETRIED = frozenset({Failure.RATE_LIMITED, Failure.SERVER_ERROR, Failure.UNREACHABLE})
"""Failures that a second try soon after may not meet."""

RETRY_SPREAD = 1.0
"""Seconds; a retry waits a random share of it, so that calls that failed together don't come back together."""

MIN_ATTEMPT = 2.0
"""Seconds that must be left for a retry: less and it would only fail later."""

LINGER = 1.0
"""Seconds that a stream may go on after its last word: to count tokens, and to end so that its connection is kept."""

CALL_ERRORS = (openai.OpenAIError, aiohttp.ClientError, httpx2.HTTPError, httpx2.InvalidURL, UnreadableReply, OSError)
"""What a call through the library may raise beside being cancelled."""


class OpenAIProvider:
    """One assistant's way to its model. Cheap to make: connections belong to the event loop's pool."""

    def __init__(
        self,
        connection: Connection,
        *,
        connector: ConnectorFactory = plain_connector,
        budget: float = TOTAL_BUDGET,
    ) -> None:
        self._connection = connection
        self._connector = connector
        self._budget = budget

    async def complete(self, prompt: Prompt) -> Completion:
        """The model's answer within the budget, or ProviderError."""
        return await self._answer(prompt, None)

    async def stream(self, prompt: Prompt, hear: Hear) -> Completion:
        """The same, heard while it is being made; in one piece from servers that don't stream."""
        return await self._answer(prompt, hear)

    async def _answer(self, prompt: Prompt, hear: Hear | None) -> Completion:
        self._require_configuration()
        deadline = asyncio.get_running_loop().time() + self._budget
        lane = self._lane()
        try:
            return await self._attempt(lane, prompt, deadline, hear)
        except ProviderError as error:
            pause = None if lane.breaker.is_open else _pause_before_retry(error, deadline)
            if pause is None:
                raise
        await asyncio.sleep(pause)
        return await self._attempt(lane, prompt, deadline, hear)

    async def models(self) -> tuple[str, ...]:
        """The names of the models that the server offers; none where it has no list of them."""
        self._require_configuration()
        deadline = asyncio.get_running_loop().time() + self._budget
        async with _translated_errors(deadline):
            response = await self._lane().client.get("/models", cast_to=httpx2.Response)
        return read_models(response.content)

    def _require_configuration(self) -> None:
        connection = self._connection
        if not connection.model or not (connection.api_key or connection.base_url):
            raise fail(Failure.NOT_CONFIGURED)
        if connection.base_url and not connection.base_url.lower().startswith(("https://", "http://")):
            raise fail(Failure.NOT_CONFIGURED, "The base URL is not a web address. Correct it.")
        if not connection.api_key.isascii() or not connection.api_key.isprintable() or " " in connection.api_key:
            raise fail(Failure.BAD_KEY, "The key has characters that no key has. Paste it again.")

    def _lane(self) -> Lane:
        try:
            return current_pool().lane(self._connection, self._connector)
        except httpx2.InvalidURL as error:
            raise explain(error) from None

    async def _attempt(self, lane: Lane, prompt: Prompt, deadline: float, hear: Hear | None) -> Completion:
        with lane.breaker.guard():
            async with _translated_errors(deadline):
                return await self._ask(lane, prompt, hear)

    async def _ask(self, lane: Lane, prompt: Prompt, hear: Hear | None) -> Completion:
        """The reply; asks again in another dialect when the server refuses a parameter."""
        model = self._connection.model
        dialect = lane.dialects.get(model, Dialect())
        for step in range(1, MAX_STEPS + 1):
            try:
                completion = await self._ask_once(lane, prompt, dialect, hear)
            except openai.APIStatusError as error:
                adapted = _other_dialect(error, dialect, prompt)
                if adapted is None or step == MAX_STEPS:
                    raise
                dialect = adapted
            else:
                if dialect != Dialect():
                    lane.learn(model, dialect)
                return completion
        raise AssertionError("the last step returns or raises")

    async def _ask_once(self, lane: Lane, prompt: Prompt, dialect: Dialect, hear: Hear | None) -> Completion:
        model, may_call = self._connection.model, prompt.may_call and bool(prompt.tools)
        if hear is None or not dialect.streams:
            body = await _post(lane, build_request(prompt, self._connection, dialect))
            return read_completion(body, model=model, may_call=may_call)
        reader = StreamReader(model, may_call=may_call)
        async with _opened(lane, build_stream_request(prompt, self._connection, dialect)) as response:
            if is_event_stream(response):
                await _listen(response, reader, hear)
                return reader.completion()
            body = await response.aread()
        if not body.lstrip().startswith(b"data:"):  # it doesn't stream; others do so without saying it
            return read_completion(body, model=model, may_call=may_call)
        reader.feed(body)
        return reader.completion()


def _other_dialect(error: openai.APIStatusError, dialect: Dialect, prompt: Prompt) -> Dialect | None:
    """How to ask again after a refusal. Some servers fail outright on what they don't know, instead of refusing it."""
    if isinstance(error, openai.InternalServerError):
        return with_less(dialect, prompt)
    if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return None
    complaint = complaint_of(error)
    return None if is_too_long(complaint) else adapt(dialect, complaint, prompt)


async def _post(lane: Lane, request: dict[str, object]) -> bytes:
    """One chat completion, unparsed: the library's models trust shapes that compatible servers don't keep."""
    response = await lane.client.post(lane.chat, cast_to=httpx2.Response, body=request)
    return response.content


@asynccontextmanager
async def _opened(lane: Lane, request: dict[str, object]) -> AsyncIterator[httpx2.Response]:
    """A chat completion whose body is still to be read."""
    stream = await lane.client.post(
        lane.chat, cast_to=object, body=request, stream=True, stream_cls=openai.AsyncStream[object]
    )
    try:
        yield stream.response
    finally:
        await stream.response.aclose()


async def _listen(response: httpx2.Response, reader: StreamReader, hear: Hear) -> None:
    """Read a stream to its end, or until shortly after its last word."""
    clock = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as limit:
            async for chunk in response.aiter_bytes():
                if reader.feed(chunk):
                    hear(reader.text)
                if reader.is_finished and limit.when() is None:
                    limit.reschedule(clock.time() + LINGER)
    except TimeoutError:
        if not reader.is_finished:
            raise


@asynccontextmanager
async def _translated_errors(deadline: float) -> AsyncIterator[None]:
    """End the block at the deadline and turn everything that can go wrong in it into ProviderError."""
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except UnreadableReply:
        raise fail(Failure.GARBAGE) from None
    except TimeoutError:
        raise fail(Failure.TIMEOUT) from None
    except CALL_ERRORS as error:
        # Without the cause: the library's errors hold the request, and with it the key.
        raise explain(error) from None


def _pause_before_retry(error: ProviderError, deadline: float) -> float | None:
    """Seconds to wait before the one retry, or None when there must be none."""
    if error.failure not in RETRIED:
        return None
    pause = max(error.retry_after or 0.0, random.uniform(0, RETRY_SPREAD))  # noqa: S311 - spreads load, hides nothing
    left = deadline - asyncio.get_running_loop().time() - pause
    return pause if left >= MIN_ATTEMPT else None
