"""What carries the calls of the openai library: aiohttp with bounds on what goes out and what comes in.

httpx would do as much, at several times the price of each call: of what it does around a request we need next to
nothing, and a process has a thousand of them under way at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx2

from .connectors import ConnectorFactory

MAX_BODY_BYTES = 1024 * 1024
"""Of a reply: hundreds of times what a chat answer needs, and what a hostile server may cost us at most."""

MAX_STREAM_BYTES = 8 * MAX_BODY_BYTES
"""Of a reply that comes in pieces: each word arrives in an envelope of some hundred bytes."""

CONNECT_SECONDS = 10.0
"""To connect and shake hands. Long for a network, but a thousand calls that begin at once wait for the event loop too,
and that must not look like a provider that is down; a third of the budget, so that a retry still fits."""

SENT_HEADERS = frozenset(
    {b"host", b"accept", b"authorization", b"content-length", b"content-type", b"user-agent", b"idempotency-key"}
)
"""The library also sends what it finds in the environment (organisation, project, custom headers) and facts about the
platform. None of it belongs to an address that a tenant chose."""


class UnreadableReply(Exception):
    """The server's reply is too large or encoded in a way that was not asked for."""


def open_http_client(connector: ConnectorFactory) -> httpx2.AsyncClient:
    """One HTTP client over one aiohttp session, to be shared by every key that uses this connector."""
    session = aiohttp.ClientSession(
        connector=connector(),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
    )
    return PlainClient(transport=BoundedTransport(session), timeout=None, follow_redirects=False, trust_env=False)


class PlainClient(httpx2.AsyncClient):
    """An httpx client that has nothing to add to a request: no defaults, redirects, cookies, proxies or hooks."""

    def build_request(self, method: str, url: httpx2.URL | str, **given: Any) -> httpx2.Request:
        """The request as the library states it."""
        kept = {name: given.get(name) for name in ("content", "json", "params", "headers")}
        return httpx2.Request(method, url, **kept)

    async def send(self, request: httpx2.Request, *, stream: bool = False, **_: Any) -> httpx2.Response:
        """Its response, read to the end unless it is wanted as a stream."""
        response = await self._transport.handle_async_request(request)
        if not stream:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Passes requests on with a short list of headers and replies back with a bounded body."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request and bound its reply. Raises what aiohttp does, and UnreadableReply."""
        sent = [(n.decode("ascii"), v.decode("ascii")) for n, v in request.headers.raw if n.lower() in SENT_HEADERS]
        # Compressed replies are not asked for: a few kilobytes of them can unpack to gigabytes.
        sent.append(("accept-encoding", "identity"))
        response = await self._session.request(
            request.method, str(request.url), headers=sent, data=request.content or None, allow_redirects=False
        )
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            response.close()
            raise UnreadableReply
        return httpx2.Response(
            response.status,
            # Clients are shared between keys, so a server's cookies must not travel from one to the next.
            headers=[(name, value) for name, value in response.raw_headers if name.lower() != b"set-cookie"],
            stream=BoundedStream(response),
            request=request,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._session.close()


def is_event_stream(response: httpx2.Response | aiohttp.ClientResponse) -> bool:
    """Whether the reply comes in pieces."""
    return str(response.headers.get("content-type", "")).strip().lower().startswith("text/event-stream")


class BoundedStream(httpx2.AsyncByteStream):
    """A body that ends with UnreadableReply once it has grown past the limit."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._most = MAX_STREAM_BYTES if is_event_stream(response) else MAX_BODY_BYTES

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._response.content.iter_any():
            seen += len(chunk)
            if seen > self._most:
                raise UnreadableReply
            yield chunk

    async def aclose(self) -> None:
        """Give the connection back, or close it when the body was not read to its end."""
        self._response.release()
