"""One page, as a browser would get it: through the guarded door, bounded in time and size, redirects by hand."""

from __future__ import annotations

import asyncio
import time
import zlib
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

import aiohttp
from django.conf import settings

from tenants import egress
from tracking import faults

SECONDS: Final = 15.5  # of wall clock, redirects included
BODY_MOST = 2 * 1024 * 1024  # bytes: what comes after is not looked at
REDIRECTS_MOST = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
POLICIES_MOST = 10
USER_AGENT = "autochat-doctor/1"


class Unreadable(ValueError):
    """What came can't be read; the words say why."""


@dataclass(slots=True)
class Fetched:
    """What came; `problem` says why nothing did. `url` is where it stood in the end."""

    url: str
    status: int | None = None
    body: bytes = b""
    is_cut: bool = False  # there was more
    charset: str = ""
    content_type: str = ""
    policies: list[str] = field(default_factory=list)
    took: int = 0  # milliseconds
    problem: str = ""


async def fetch(url: str) -> Fetched:
    """Get the page. Never raises but when cancelled."""
    began = time.perf_counter()
    fetched = Fetched(url)
    try:
        async with asyncio.timeout(SECONDS), _session() as session:
            await _follow(session, fetched)
    except TimeoutError:
        fetched.problem = f"The page took longer than {SECONDS:.1f} seconds."
    except egress.EgressRefused as refused:
        fetched.problem = refused.reason
    except ValueError as error:  # aiohttp's own for addresses are among them
        fetched.problem = str(error) if isinstance(error, Unreadable) else "The page leads on to no web address."
    except (aiohttp.ClientError, OSError) as error:
        fetched.problem = faults.explain(error)[1]
    fetched.took = round((time.perf_counter() - began) * 1000)
    return fetched


def _session() -> aiohttp.ClientSession:
    headers = {"User-Agent": USER_AGENT, "Accept": "text/html, */*;q=0.1", "Accept-Encoding": "identity"}
    return aiohttp.ClientSession(
        connector=egress.connector(settings.EGRESS_ALLOWED_HOSTS, limit=2),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,  # a bomb stays as small as it came
        headers=headers,
    )


async def _follow(session: aiohttp.ClientSession, fetched: Fetched) -> None:
    for _ in range(REDIRECTS_MOST + 1):
        async with session.get(fetched.url, allow_redirects=False) as response:
            if response.status not in REDIRECTS or "Location" not in response.headers:
                await _read(fetched, response)
                return
            fetched.url = urljoin(fetched.url, response.headers["Location"])
    fetched.problem = "The page leads on from one address to the next without end."


async def _read(fetched: Fetched, response: aiohttp.ClientResponse) -> None:
    fetched.status, fetched.content_type = response.status, response.content_type
    fetched.policies = response.headers.getall("Content-Security-Policy", [])[:POLICIES_MOST]
    body = bytearray()
    while len(body) <= BODY_MOST and (part := await response.content.read(65536)):
        body += part
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    plain = bytes(body) if packing in ("", "identity") else _unpacked(bytes(body[:BODY_MOST]))
    fetched.is_cut = len(body) > BODY_MOST or len(plain) > BODY_MOST
    fetched.body = plain[:BODY_MOST]
    try:
        fetched.charset = response.charset or ""
    except (LookupError, ValueError):
        fetched.charset = ""


def _unpacked(body: bytes) -> bytes:
    """For servers that pack although they were asked not to: gzip and zlib, one byte past the limit at most."""
    try:
        return zlib.decompressobj(wbits=47).decompress(body, BODY_MOST + 1)
    except zlib.error:
        raise Unreadable("The page is packed in a way that can’t be read.") from None
