"""One call of a tenant's tool: to the address it may reach, within ten seconds, with a bounded reply nobody trusts."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import aiohttp
from django.conf import settings
from yarl import URL

from assistants.models import Tool
from assistants.tools.headers import open_headers
from assistants.tools.templates import CannotFill, Filled, fill
from tenants import egress, sealing

SECONDS: Final = 10.0
"""For the whole call: a visitor waits for it."""

READ_BYTES: Final = 32 * 1024
"""Of a reply: more than a model can make use of."""

_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class CallFailed(Exception):
    """A tool gave no usable answer; the message says why, without anything of ours in it."""


async def call(tool: Tool, arguments: dict[str, Any], *, seconds: float = SECONDS) -> str:
    """What the tool's address says to these arguments: the status, and its text. Raises CallFailed."""
    try:
        filled = fill(tool.url, arguments, in_body=tool.method in ("POST", "PUT", "PATCH"))
        headers = open_headers(tool)
    except CannotFill as problem:
        raise CallFailed(str(problem)) from None
    except sealing.SecretUnreadable:
        raise CallFailed("The tool’s headers can’t be opened. A person has to enter them again.") from None
    try:
        async with asyncio.timeout(min(seconds, SECONDS)):
            return await _send(tool.method, filled, headers)
    except TimeoutError:
        raise CallFailed("The tool took too long to answer.") from None
    except egress.EgressRefused as refusal:
        raise CallFailed(f"The tool’s address may not be called. {refusal.reason}") from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise CallFailed("The tool can’t be reached.") from None


async def _send(method: str, filled: Filled, headers: dict[str, str]) -> str:
    given = {"Accept": "application/json, text/plain;q=0.9", "User-Agent": "autochat-tools/1", **headers}
    async with (
        aiohttp.ClientSession(
            connector=egress.connector(settings.EGRESS_ALLOWED_HOSTS),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        ) as session,
        session.request(
            method,
            URL(filled.url, encoded=True),
            json=filled.body,
            headers=given | {"Accept-Encoding": "identity"},
            allow_redirects=False,
        ) as response,
    ):
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            raise CallFailed("The tool’s answer is compressed, which was not asked for.")
        return await _read(response)


async def _read(response: aiohttp.ClientResponse) -> str:
    """The status and the beginning of the body; a redirect is told, not followed."""
    body = b""
    while len(body) <= READ_BYTES and (chunk := await response.content.read(READ_BYTES + 1 - len(body))):
        body += chunk
    text = _UNREADABLE.sub("", _decoded(body[:READ_BYTES], response.charset))
    cut = "\n(cut off here)" if len(body) > READ_BYTES else ""
    words = f"HTTP {response.status}\n{text.strip()}{cut}".strip()
    if response.status >= 300:
        raise CallFailed(words)
    return words


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:  # a charset that doesn't exist
        return body.decode("utf-8", "replace")
