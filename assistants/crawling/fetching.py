"""One request to a site: through the guarded door, bounded in time and size, redirects followed by hand."""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from django.conf import settings

from assistants.crawling.addresses import normalise, site_of
from tenants import egress

SECONDS = 15.0
"""Of wall clock for one address, redirects included."""

BODY_MOST = 3 * 1024 * 1024
REDIRECTS_MOST = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.8, application/pdf;q=0.7, */*;q=0.1"


class FetchFailed(Exception):
    """An address gave nothing to read; `is_gone` when that is for good. The words say why."""

    def __init__(self, words: str, *, is_gone: bool = False, status: int = 0) -> None:
        super().__init__(words)
        self.is_gone = is_gone
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave, and where it stood in the end."""

    url: str
    body: bytes
    content_type: str
    charset: str


def user_agent() -> str:
    """Who we say we are, and where to read about it."""
    return f"autochat/1.0 (+{settings.PUBLIC_URL}/help#crawler)"


def open_session() -> aiohttp.ClientSession:
    """A session through the door that leads to public addresses only; for one crawl, in the running loop."""
    return aiohttp.ClientSession(
        connector=egress.connector(settings.EGRESS_ALLOWED_HOSTS, limit=8),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        headers={"User-Agent": user_agent(), "Accept": ACCEPT, "Accept-Encoding": "identity"},
    )


async def fetch(session: aiohttp.ClientSession, url: str, *, allow: Callable[[str], bool]) -> Fetched:
    """What stands at an address. `allow` judges every address before it is asked for, redirects' too.

    Raises FetchFailed.
    """
    try:
        async with asyncio.timeout(SECONDS):
            return await _follow(session, url, allow)
    except TimeoutError:
        raise FetchFailed(f"The page took longer than {SECONDS:.0f} seconds.") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise FetchFailed(_words(error)) from None


async def _follow(session: aiohttp.ClientSession, url: str, allow: Callable[[str], bool]) -> Fetched:
    for _ in range(REDIRECTS_MOST + 1):
        if not allow(url):
            raise FetchFailed("The site’s robots.txt asks robots to leave this page out.", status=403)
        async with session.get(url, allow_redirects=False) as response:
            if response.status not in REDIRECTS:
                return await _read(url, response)
            target = normalise(response.headers.get("Location", ""), url)
        if not target:
            raise FetchFailed("The page leads on to something that is no web address.")
        if site_of(target) != site_of(url):
            words = f"The page leads on to another site, {site_of(target)[:80]}. Add that one if you want it read."
            raise FetchFailed(words, is_gone=True)
        url = target
    raise FetchFailed("The page leads on from one address to the next without end.")


async def _read(url: str, response: aiohttp.ClientResponse) -> Fetched:
    if response.status != 200:
        raise FetchFailed(_status_words(response.status), is_gone=response.status in GONE, status=response.status)
    body = bytearray()
    async for part in response.content.iter_chunked(65536):
        body += part
        if len(body) > BODY_MOST:
            raise FetchFailed(f"The page is larger than {BODY_MOST // 1024 // 1024} MB.")
    packed = response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity")
    try:
        charset = response.charset or ""
    except (LookupError, ValueError):
        charset = ""
    return Fetched(url, _unpacked(bytes(body)) if packed else bytes(body), response.content_type, charset)


def _unpacked(body: bytes) -> bytes:
    """For servers that pack although they were asked not to: gzip and zlib, as far as the limit goes."""
    unpacker = zlib.decompressobj(wbits=47)
    try:
        text = unpacker.decompress(body, BODY_MOST)
    except zlib.error:
        raise FetchFailed("The page is packed in a way that can’t be read.") from None
    if unpacker.unconsumed_tail:
        raise FetchFailed(f"The page unpacks to more than {BODY_MOST // 1024 // 1024} MB.")
    return text


def _status_words(status: int) -> str:
    known = {
        401: "The page asks for a password.",
        403: "The site refuses to show the page to robots.",
        404: "There is no page at this address.",
        410: "The page was taken away.",
        429: "The site says that we ask too often. Try again later.",
    }
    if status in known:
        return f"{known[status]} (HTTP {status})"
    return f"The site has an error of its own. (HTTP {status})" if status >= 500 else f"No page came: HTTP {status}."


def _words(error: Exception) -> str:
    if isinstance(error, egress.EgressRefused):
        return str(error)
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return "The site’s name can’t be found. Check the address."
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "No secure connection to the site is possible: its certificate is wrong or too old."
    if isinstance(error, aiohttp.ClientConnectorError):
        return "The site can’t be reached."
    return "The site broke the connection off, or gave something that is no web page."
