"""What tests of webhooks share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from tenants.database import close_connections
from tests.doubles.receiver import Receiver
from tracking.dispatcher import Dispatcher


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """A tenant's server, which outgoing calls may reach."""
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    receiver = Receiver()
    receiver.start()
    yield receiver
    receiver.stop()


@pytest.fixture
def deliver(transactional_db) -> Iterator[Callable[[], None]]:
    """Send everything that is due now, as a worker's pool does."""

    def _deliver() -> None:
        asyncio.run(Dispatcher().drain())

    yield _deliver
    close_connections()
