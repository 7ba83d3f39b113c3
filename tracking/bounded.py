"""A guarded connection (`tenants.egress`) of which no more is read than a webhook's answer needs."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from tenants.egress import CONNECTION_LIMIT, EgressConnector, EgressResolver

MOST_BYTES = 512 * 1024
"""Of one answer, before we look away. The body is cut off far earlier (`posting.MOST_OF_BODY`), but a server can send
headers and interim answers without end and never come to a body."""

IDLE_SECONDS = 10.0  # how long an unused connection is kept; most servers wait longer, so few are closed under us


class TooMuch(aiohttp.ClientPayloadError):
    """The server sent more than any answer has."""


class BoundedHandler(ResponseHandler):
    """Counts what arrives for one request."""

    _left = MOST_BYTES

    def set_response_params(self, **options: Any) -> None:
        """A new request: count anew."""
        self._left = MOST_BYTES
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        """Pass on what fits."""
        self._left -= len(data)
        if self._left > 0:
            super().data_received(data)
        elif self.transport is not None:
            self.transport.abort()
            self.set_exception(TooMuch())


class BoundedConnector(EgressConnector):
    """Makes such connections."""

    certificate_until: datetime | None = None  # of the server called last, for who makes one call

    def __init__(self, allowed_hosts: Iterable[str] = (), *, resolver: EgressResolver | None = None) -> None:
        super().__init__(
            resolver or EgressResolver(allowed_hosts), limit=CONNECTION_LIMIT, keepalive_seconds=IDLE_SECONDS
        )
        # aiohttp has no other door for it.
        self._factory: Any = functools.partial(BoundedHandler, loop=self._loop)

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the library's own signature
    ) -> Connection:
        """As above, with a look at the server's certificate."""
        connection = await super().connect(req, traces, timeout)
        shown = connection.transport.get_extra_info("peercert") if connection.transport else None
        if shown:
            self.certificate_until = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
        return connection
