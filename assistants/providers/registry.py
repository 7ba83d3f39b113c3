"""The kinds of provider there are: the one list to extend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .base import TOTAL_BUDGET, Connection, Failure, Provider
from .clients import aclose_all
from .failures import fail
from .knowledge import KnowledgeProvider
from .openai import OpenAIProvider
from .transport import ConnectorFactory, plain_connector

__all__ = ["KINDS", "aclose_all", "build_provider"]

Builder = Callable[[Connection, ConnectorFactory, float], Provider]

KINDS: Final[dict[str, Builder]] = {
    "knowledge": lambda _connection, _connector, _budget: KnowledgeProvider(),
    "openai": lambda connection, connector, budget: OpenAIProvider(connection, connector=connector, budget=budget),
}


def build_provider(
    kind: str,
    connection: Connection,
    *,
    connector: ConnectorFactory = plain_connector,
    budget: float = TOTAL_BUDGET,
) -> Provider:
    """The provider of this kind. `connector` guards addresses that tenants chose; the same function each time."""
    builder = KINDS.get(kind)
    if builder is None:
        raise fail(Failure.NOT_CONFIGURED, "The assistant's AI provider is not one of those offered. Choose another.")
    return builder(connection, connector, budget)
