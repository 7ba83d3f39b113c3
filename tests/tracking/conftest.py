"""What tests of webhooks share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import aiohttp
import pytest
from django.test import Client

from tenants.database import close_connections
from tests.doubles.certificates import make_certificate, serving, trusting
from tests.doubles.receiver import Receiver
from tests.world import Company, signed_in
from tracking import office
from tracking.dispatcher import Dispatcher
from tracking.probes.asking import PROBE
from tracking.probes.prober import Prober
from tracking.tasks import probe_endpoints


@pytest.fixture
def admin(acme: Company) -> Client:
    """Signed in as acme's admin."""
    return signed_in(acme.admin)


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


@pytest.fixture
def probe(transactional_db) -> Iterator[Callable[[], None]]:
    """Run the probes that were asked for, as a worker's pool does."""

    def _probe() -> None:
        asyncio.run(Prober().drain())

    yield _probe
    close_connections()


@pytest.fixture
def pool(transactional_db) -> Iterator[Callable[[], None]]:
    """Ring for this process's own pool, as a worker does that takes the task."""
    assert probe_endpoints.name == PROBE
    yield probe_endpoints
    office.close()
    close_connections()


@pytest.fixture
def secure_server(settings, monkeypatch, tmp_path):
    """Starts a server whose certificate is vouched for and ends in so many days."""
    running = []

    def start(days: int) -> Receiver:
        certificate = make_certificate(tmp_path, days=days)
        monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", trusting(certificate))
        running.append(Receiver(serving(certificate)))
        running[-1].start()
        return running[-1]

    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    yield start
    for server in running:
        server.stop()
