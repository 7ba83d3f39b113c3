"""Have texts turned into vectors with an assistant's key: within the tenant's budget, and silently not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.core.cache import cache

from assistants import budget, calls, prices
from assistants.connections import embedding_connection
from assistants.models import Assistant
from assistants.providers.base import Connection, Failure, ProviderError
from assistants.providers.connectors import ConnectorFactory
from tenants.database import in_database

if TYPE_CHECKING:
    from assistants.providers.embeddings import Embedded, Vector

BATCH: Final = 12
"""Texts in one request: their vectors must fit into the megabyte that is read of a reply."""

NONE_SECONDS: Final = 6 * 3600
"""How long a server that has no such thing is left alone."""

FAILED_SECONDS: Final = 60
"""How long one that only failed is."""

HAS_NONE: Final = frozenset({Failure.MODEL_NOT_FOUND, Failure.GARBAGE, Failure.BAD_KEY, Failure.REFUSED_ADDRESS})


async def vectors_of(assistant: Assistant, texts: Sequence[str], *, seconds: float) -> tuple[str, tuple[Vector, ...]]:
    """The name of the model that was asked, and each text's vector; none where that can't be had now.

    Needs `provider_key` loaded.
    """
    try:
        connection, connector = embedding_connection(assistant)
    except ProviderError:
        return "", ()
    if await cache.aget(_place(connection)):
        return connection.model, ()
    try:
        embedded = await _affordable(assistant, connection, texts, seconds, connector)
    except budget.BudgetSpent:
        return connection.model, ()
    except ProviderError as error:
        pause = NONE_SECONDS if error.failure in HAS_NONE else FAILED_SECONDS
        await cache.aset(_place(connection), error.failure.value, pause)
        return connection.model, ()
    return connection.model, embedded.vectors


async def _affordable(
    assistant: Assistant, connection: Connection, texts: Sequence[str], seconds: float, connector: ConnectorFactory
) -> Embedded:
    """Where a budget is set, the most it can cost is reserved before and corrected after."""
    from assistants.providers.embeddings import embed  # late: it loads what speaks to models

    price = await prices.price(connection.model)
    if not await calls.is_limited(assistant):
        embedded = await embed(connection, texts, connector=connector, seconds=seconds)
        calls.add_to_bill(price.micros(embedded.tokens, 0))
        return embedded
    most = sum(len(text.encode()) for text in texts) + len(texts)
    kept = await in_database(budget.reserve, assistant.tenant_id, price=price, tokens_in=most, tokens_out=0)
    try:
        embedded = await embed(connection, texts, connector=connector, seconds=seconds)
    except ProviderError as error:
        if error.failure not in calls.MAY_CHARGE:
            await in_database(budget.settle, kept, tokens_in=0, tokens_out=0)
        raise
    await in_database(budget.settle, kept, tokens_in=embedded.tokens or most, tokens_out=0)
    calls.add_to_bill(price.micros(embedded.tokens or most, 0))
    return embedded


def _place(connection: Connection) -> str:
    who = f"{connection.base_url}\n{connection.api_key}\n{connection.model}"
    return f"no-embeddings:{hashlib.sha256(who.encode()).hexdigest()}"
