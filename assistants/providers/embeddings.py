"""Texts as vectors that lie near each other when they mean the same, from any OpenAI-compatible API."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from .base import Connection, Failure
from .clients import current_pool
from .connectors import ConnectorFactory
from .failures import explain, fail
from .openai import CALL_ERRORS
from .transport import UnreadableReply

TEXT_MOST = 6_000
"""Characters of a text that are sent: less than the 8,000 tokens that the models in use take."""

DIMENSIONS_MOST = 4_096

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each text, in their order, and what was counted."""

    vectors: tuple[Vector, ...]
    tokens: int = 0


async def embed(
    connection: Connection, texts: Sequence[str], *, connector: ConnectorFactory, seconds: float
) -> Embedded:
    """The texts' vectors within so many seconds, or ProviderError. Fails apart from the same key's chat calls."""
    body = {"model": connection.model, "input": [text[:TEXT_MOST] for text in texts], "encoding_format": "float"}
    try:
        async with asyncio.timeout(seconds):
            client = current_pool().lane(connection, connector).client
            response = await client.post("/embeddings", cast_to=httpx2.Response, body=body)
            return _read(response.content, len(texts))
    except UnreadableReply:
        raise fail(Failure.GARBAGE) from None
    except TimeoutError:
        raise fail(Failure.TIMEOUT) from None
    except CALL_ERRORS as error:
        raise explain(error) from None


def _read(body: bytes, count: int) -> Embedded:
    """Whatever a server puts there: `count` vectors of one length, or nothing."""
    try:
        data = json.loads(body)
        rows = sorted(data["data"], key=lambda row: row["index"])
        vectors = tuple(tuple(float(number) for number in row["embedding"]) for row in rows)
        usage = data.get("usage") or {}
        tokens = usage.get("prompt_tokens", 0)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise fail(Failure.GARBAGE) from None
    lengths = {len(vector) for vector in vectors}
    whole = len(vectors) == count and len(lengths) == 1 and 0 < min(lengths) <= DIMENSIONS_MOST
    if not whole or not all(math.isfinite(number) for vector in vectors for number in vector):
        raise fail(Failure.GARBAGE)
    return Embedded(vectors, tokens if isinstance(tokens, int) and 0 <= tokens < 2**31 else 0)
