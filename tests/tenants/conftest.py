"""What tests of outgoing calls ask for."""

from __future__ import annotations

import asyncio
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import AsyncIterator

import pytest

from tests.tenants.outgoing import Listener


@pytest.fixture
def nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the code fails here and reaches nobody: only loopback's own address is ever connected to."""
    connect = BaseSelectorEventLoop.sock_connect

    async def guarded(self, sock, address):
        assert address[0] == "127.0.0.1", f"a connection to {address} was tried"
        await connect(self, sock, address)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", guarded)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener
