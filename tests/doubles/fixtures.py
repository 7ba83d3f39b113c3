"""The doubles as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .openai_server import OpenAIDouble


@pytest.fixture(scope="session")
def openai_server() -> Iterator[OpenAIDouble]:
    """One server for the whole run."""
    double = OpenAIDouble().start()
    yield double
    double.stop()


@pytest.fixture
def openai_double(openai_server: OpenAIDouble) -> OpenAIDouble:
    """The model's double, with nothing scripted and nothing recorded yet."""
    openai_server.reset()
    return openai_server
