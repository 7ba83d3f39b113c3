"""What tests of a model's tools share: an assistant with the double for a model, which may be called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistants.models import Assistant
from tenants.database import close_connections
from tests.assistants.tooling import with_model
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company


@pytest.fixture(autouse=True)
def surroundings(settings: Any) -> Iterator[None]:
    """The doubles' address may be called, and no thread keeps a connection."""
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    yield
    close_connections()


@pytest.fixture
def ada(acme: Company, openai_double: OpenAIDouble) -> Assistant:
    """Acme's assistant."""
    return with_model(acme, openai_double)
