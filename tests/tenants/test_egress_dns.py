"""R3: a name server that lies, over real DNS packets and a real resolver, gets no byte to a private address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from tenants.egress import EgressConnector, EgressRefused, EgressResolver
from tests.doubles.dns_server import NameServer
from tests.tenants.outgoing import Listener, fetch

pytestmark = pytest.mark.usefixtures("nowhere_else")
NAME = "hooks.acme.example"
PUBLIC = "203.0.114.7"  # the guard lets no test connect there
Resolver = Callable[..., EgressResolver]


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    server = NameServer()
    await server.start()
    yield server
    server.stop()


@pytest.fixture
async def resolver(names: NameServer) -> Resolver:
    """Makes the guard over a resolver that asks nobody but the name server here."""

    def make(*allowed: str) -> EgressResolver:
        asks = aiohttp.AsyncResolver(nameservers=["127.0.0.1"], udp_port=names.port, timeout=2, tries=1)
        return EgressResolver(allowed, resolver=asks)

    return make


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["::1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["::ffff:127.0.0.1"],
        ["::ffff:10.0.0.1", PUBLIC],
        ["127.0.0.1", PUBLIC],
        [PUBLIC, "127.0.0.1"],
        [PUBLIC, "::1"],
        ["2606:4700:4700::1111", "127.0.0.1"],
        ["inside.acme.example"],
        ["outside.acme.example"],
    ],
)
async def test_r03_a_private_answer_however_it_is_wrapped_gets_no_byte(answer, names, resolver, listener: Listener):
    names.names = {
        NAME: [answer],
        "outside.acme.example": [["inside.acme.example"]],  # an alias of an alias
        "inside.acme.example": [["127.0.0.1"]],
    }
    with pytest.raises(EgressRefused, match="private or reserved"):
        await fetch(f"https://{NAME}:{listener.port}/", EgressConnector(resolver()))
    assert {kind for name, kind in names.asked if name == NAME} == {"A", "AAAA"}
    assert (listener.connections, listener.received) == (0, b"")


async def test_r03_a_name_that_turns_private_between_the_check_and_the_call_gets_no_byte(
    names, resolver, listener: Listener
):
    names.names = {NAME: [[PUBLIC], ["127.0.0.1"]]}
    guard = resolver()
    assert [answer["host"] for answer in await guard.resolve(NAME, 443)] == [PUBLIC]
    with pytest.raises(EgressRefused, match="private or reserved"):
        await fetch(f"https://{NAME}:{listener.port}/", EgressConnector(guard))
    assert names.asked.count((NAME, "A")) == 2  # nothing was remembered: the answers are good for no time
    assert listener.connections == 0


async def test_r03_the_connection_goes_to_the_very_answer_that_was_judged(names, resolver, listener: Listener):
    names.names = {NAME: [["127.0.0.1"], ["10.0.0.1"]]}
    assert await fetch(f"http://{NAME}:{listener.port}/", EgressConnector(resolver(NAME))) == 204
    assert names.asked.count((NAME, "A")) == 1
    assert listener.connections == 1


async def test_r03_a_name_that_there_is_not_leads_nowhere(resolver, listener: Listener):
    with pytest.raises(aiohttp.ClientConnectorDNSError):
        await fetch(f"https://{NAME}:{listener.port}/", EgressConnector(resolver()))
    assert listener.connections == 0
