"""The kinds of provider there are: the one list to extend.

What speaks to models loads a library of a thousand modules, which takes a second. That is done when the first model is
asked, or by `warm_up` beside the first requests: a start doesn't wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from .base import TOTAL_BUDGET, Connection, Failure, Provider, ProviderError
from .connectors import ConnectorFactory, plain_connector
from .knowledge import KnowledgeProvider

if TYPE_CHECKING:
    from .openai import OpenAIProvider

__all__ = ["KINDS", "aclose_all", "build_provider", "openai_provider", "warm_up"]

Builder = Callable[[Connection, ConnectorFactory, float], Provider]


def openai_provider(connection: Connection, connector: ConnectorFactory, budget: float) -> OpenAIProvider:
    """A way to an OpenAI-compatible model."""
    from .openai import OpenAIProvider  # late: see above

    return OpenAIProvider(connection, connector=connector, budget=budget)


KINDS: Final[dict[str, Builder]] = {
    "knowledge": lambda _connection, _connector, _budget: KnowledgeProvider(),
    "openai": openai_provider,
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
        raise ProviderError(
            Failure.NOT_CONFIGURED, "The assistant's AI provider is not one of those offered. Choose another."
        )
    return builder(connection, connector, budget)


def warm_up() -> None:
    """Load what the first call to a model needs."""
    from . import openai  # noqa: F401  (late: see above)


async def aclose_all() -> None:
    """Close the running event loop's clients, if any were made; when the process, the worker or a test's loop ends."""
    clients = sys.modules.get(f"{__package__}.clients")
    if clients is not None:
        await clients.aclose_all()
