"""R3: hostile receivers harm nobody, and not one byte goes to an address that is refused."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tenants.egress import EgressResolver
from tenants.models import Tenant
from tenants.ownership import new_id
from tests.doubles.hostile import Hostile
from tests.tenants.test_egress import ODD_SPELLINGS, PRIVATE, FakeDNS
from tests.tracking.endpoints import make_signed_endpoint, tell
from tracking.bounded import BoundedConnector
from tracking.models import Attempt, Delivery
from tracking.posting import Post, open_session, send
from tracking.signing import new_secret

HEALTHY = "autochat.lead_qualified.v1"
FINE = {"endless body", "endless chunks", "gzip bomb", "lies about gzip", "lies about brotli", "refreshes"}
FINE |= {"flood of cookies", "answers twice"}
"""They answered 2xx, and what else they sent does nothing."""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Where nobody may come: it counts who does."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.2", 0))
        listening.listen(100)
        listening.setblocking(False)
        yield listening


def visits(listening: socket.socket) -> int:
    count = 0
    while True:
        try:
            connection, _ = listening.accept()
        except BlockingIOError:
            return count
        connection.close()
        count += 1


@pytest.mark.django_db(transaction=True)
def test_r03_hostile_receivers_end_in_time_and_harm_nobody(acme, receiver, listener, deliver):
    refused = "{}:{}".format(*listener.getsockname())
    hostile = Hostile(refused)
    hostile.start()
    endpoints = {name: make_signed_endpoint(acme.tenant, url)[0] for name, url in hostile.urls.items()}
    endpoints["refused itself"] = make_signed_endpoint(acme.tenant, f"http://{refused}/")[0]
    make_signed_endpoint(acme.tenant, receiver.url(), events=[HEALTHY])
    tell(acme.tenant)
    with others_told(acme.tenant) as lateness:
        deliver()
    hostile.stop()
    tried = {attempt.endpoint_id: attempt for attempt in Attempt.objects.exclude(event_type=HEALTHY)}
    named = {name: tried[endpoint.pk] for name, endpoint in endpoints.items()}
    assert len(named) >= 50
    limit = 15_500 + 1000 * max(lateness)  # this machine may be busy with other things
    assert {name: one.duration_ms for name, one in named.items() if one.duration_ms > limit} == {}
    assert {name for name, one in named.items() if one.is_good} == FINE
    assert not [name for name, one in named.items() if one.failure == "internal"]
    assert "vera@" not in "".join(one.response for one in named.values())
    assert visits(listener) == 0
    waiting = Delivery.objects.filter(state="pending").exclude(event_type=HEALTHY)
    assert waiting.count() == len(endpoints) - len(FINE)  # each is tried again
    healthy = Attempt.objects.filter(event_type=HEALTHY)
    assert healthy.count() > 20
    assert not healthy.exclude(failure="").exists()
    times = sorted(healthy.values_list("duration_ms", flat=True))
    assert times[len(times) * 95 // 100] < 1500 + 1000 * max(lateness)


@contextmanager
def others_told(tenant: Tenant) -> Iterator[list[float]]:
    """Something for a healthy endpoint, again and again; gives how late the machine woke us each time, in seconds."""
    stop, lateness = threading.Event(), [0.0]

    def tell_them() -> None:
        for _ in range(40):
            tell(tenant, HEALTHY)
            slept = time.monotonic()
            if stop.wait(0.25):
                break
            lateness.append(time.monotonic() - slept - 0.25)
        connection.close()

    others = threading.Thread(target=tell_them)
    others.start()
    yield lateness
    stop.set()
    others.join()


def post_to(url: str) -> Post:
    return Post(new_id(), url, b"{}", [new_secret()])


@pytest.fixture
def nowhere(monkeypatch) -> list[object]:
    """Every address that a connection was tried to."""
    tried: list[object] = []

    async def note(_, __, address):
        tried.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", note)
    return tried


async def test_r03_private_addresses_get_no_byte_however_they_are_written_or_looked_up(nowhere):
    urls = [f"https://{f'[{host}]' if ':' in host and '[' not in host else host}/" for host in PRIVATE + ODD_SPELLINGS]
    async with open_session(BoundedConnector()) as session:
        answers = await asyncio.gather(*(send(session, post_to(url)) for url in urls))
    assert [
        url for url, answer in zip(urls, answers, strict=True) if answer.failure not in ("refused", "garbled")
    ] == []
    for address in PRIVATE:
        for found in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
            resolver = EgressResolver(resolver=FakeDNS(found))
            async with open_session(BoundedConnector(resolver=resolver)) as session:
                answer = await send(session, post_to("https://hooks.example.com/"))
            assert answer.failure == "refused", found
    assert nowhere == []


async def test_r03_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(nowhere):
    resolver = EgressResolver(resolver=FakeDNS(["8.8.8.8"], ["127.0.0.1"]))
    async with open_session(BoundedConnector(resolver=resolver)) as session:
        for _ in range(3):
            await send(session, post_to("https://hooks.example.com/"))
    assert {address[0] for address in nowhere} == {"8.8.8.8"}
