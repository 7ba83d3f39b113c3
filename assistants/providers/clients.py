"""Clients that are kept alive: one HTTP client per event loop and connector, one API client per address and key."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

import httpx2
from openai import AsyncOpenAI

from .base import Connection
from .breaker import Breaker
from .connectors import ConnectorFactory
from .dialect import Dialect
from .transport import open_http_client

MAX_LANES = 512
"""Addresses and keys remembered per event loop; the one used longest ago goes first."""

MAX_HTTP_CLIENTS = 8
"""Connector factories per event loop. More means that somebody makes a new factory per call, which would leak."""

MAX_DIALECTS = 64
"""Models remembered per lane."""

NO_KEY = "no-key"
"""Sent where no key is set: the library insists on one, servers without keys ignore it."""


@dataclass(slots=True)
class Lane:
    """What belongs to one address and key: its client, its breaker and what its models were found to refuse."""

    client: AsyncOpenAI
    breaker: Breaker = field(default_factory=Breaker)
    dialects: dict[str, Dialect] = field(default_factory=dict)
    chat: str = field(init=False)
    """The whole address of its chat completions; the library would put it together anew for each call."""

    def __post_init__(self) -> None:
        base = self.client.base_url
        self.chat = str(base.copy_with(raw_path=base.raw_path + b"chat/completions"))

    def learn(self, model: str, dialect: Dialect) -> None:
        """Remember how a model wants to be asked."""
        if len(self.dialects) >= MAX_DIALECTS:
            self.dialects.clear()
        self.dialects[model] = dialect


class Pool:
    """All lanes of one event loop."""

    def __init__(self) -> None:
        self._http: dict[ConnectorFactory, httpx2.AsyncClient] = {}
        self._lanes: OrderedDict[tuple[ConnectorFactory, str, str], Lane] = OrderedDict()

    def lane(self, connection: Connection, connector: ConnectorFactory) -> Lane:
        """The lane of this address and key, made on first use."""
        identity = (connector, connection.base_url, connection.api_key)
        lane = self._lanes.get(identity)
        if lane is None:
            lane = self._lanes[identity] = Lane(self._open(connection, connector))
            if len(self._lanes) > MAX_LANES:
                self._lanes.popitem(last=False)  # it only borrows the HTTP client, so there is nothing to close
        else:
            self._lanes.move_to_end(identity)
        return lane

    def _open(self, connection: Connection, connector: ConnectorFactory) -> AsyncOpenAI:
        key = connection.api_key or NO_KEY
        return AsyncOpenAI(
            api_key=key,
            # Stated once more, because the library lets an environment variable replace the header otherwise.
            default_headers={"Authorization": f"Bearer {key}"},
            base_url=connection.base_url or "https://api.openai.com/v1",
            max_retries=0,
            http_client=self._http_client(connector),
        )

    def _http_client(self, connector: ConnectorFactory) -> httpx2.AsyncClient:
        if connector not in self._http:
            if len(self._http) >= MAX_HTTP_CLIENTS:
                raise RuntimeError("Hand in the same connector factory each time, not a new one per call.")
            self._http[connector] = open_http_client(connector)
        return self._http[connector]

    async def aclose(self) -> None:
        """Close every connection."""
        self._lanes.clear()
        clients, self._http = list(self._http.values()), {}
        for client in clients:
            await client.aclose()


_pools: dict[asyncio.AbstractEventLoop, Pool] = {}


def current_pool() -> Pool:
    """The running event loop's pool."""
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        for closed in [other for other in list(_pools) if other.is_closed()]:
            _pools.pop(closed, None)
        pool = _pools[loop] = Pool()
    return pool


async def aclose_all() -> None:
    """Close the running event loop's clients; call it when the process, the worker or the test's loop ends."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        await pool.aclose()
