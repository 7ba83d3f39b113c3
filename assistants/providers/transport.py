"""The openai library's aiohttp transport with bounds: few headers out, a few megabytes in, no cookies, no redirects."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import aiohttp
import httpx2
from openai import DefaultAioHttpClient
from openai._vendor.httpx_aiohttp import AiohttpTransport

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
    session = aiohttp.ClientSession(connector=connector(), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
    return DefaultAioHttpClient(
        transport=BoundedTransport(session),
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


class BoundedTransport(AiohttpTransport):
    """Passes requests on with a short list of headers and replies back with a bounded body."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        # The session's connector does TLS. A ready context keeps the library from loading certificates it never uses.
        super().__init__(client=session, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request and bound its reply."""
        kept = [(name, value) for name, value in request.headers.raw if name.lower() in SENT_HEADERS]
        # Compressed replies are not asked for: a few kilobytes of them can unpack to gigabytes.
        request.headers = httpx2.Headers([*kept, (b"accept-encoding", b"identity")])
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            await response.aclose()
            raise UnreadableReply
        return httpx2.Response(
            response.status_code,
            # Clients are shared between keys, so a server's cookies must not travel from one to the next.
            headers=[(name, value) for name, value in response.headers.raw if name.lower() != b"set-cookie"],
            stream=BoundedStream(response, MAX_STREAM_BYTES if is_event_stream(response) else MAX_BODY_BYTES),
            request=request,
            extensions=response.extensions,
        )


def is_event_stream(response: httpx2.Response) -> bool:
    """Whether the reply comes in pieces."""
    return str(response.headers.get("content-type", "")).strip().lower().startswith("text/event-stream")


class BoundedStream(httpx2.AsyncByteStream):
    """A body that ends with UnreadableReply once it has grown past the limit."""

    def __init__(self, response: httpx2.Response, most: int) -> None:
        self._response = response
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._response.aiter_raw():
            seen += len(chunk)
            if seen > self._most:
                raise UnreadableReply
            yield chunk

    async def aclose(self) -> None:
        """Give the connection back, or close it when the body was not read to its end."""
        await self._response.aclose()
