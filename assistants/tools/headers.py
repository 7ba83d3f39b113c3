"""A tool's own headers, such as its token: sealed for its row and the origin of its address, and sent nowhere else."""

from __future__ import annotations

import json
import re
from typing import Final
from urllib.parse import urlsplit

from assistants.models import Tool
from tenants import sealing

HEADERS_MOST: Final = 10
VALUE_CHARS: Final = 2_000
NAME: Final = re.compile(r"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}\Z")
VALUE: Final = re.compile(r"\A[!-~](?:[ -~]*[!-~])?\Z")
OURS: Final = frozenset(
    [
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
"""What belongs to the connection or to us."""


def read_headers(text: str) -> dict[str, str]:
    """The headers in lines of "Name: value". Raises ValueError with a sentence for whoever typed them."""
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not NAME.match(name) or not VALUE.match(value) or len(value) > VALUE_CHARS:
            raise ValueError("Write one header a line: its name, a colon, its value. Only plain letters and signs.")
        if name.lower() in OURS:
            raise ValueError(f"“{name}” can’t be set here. Leave it out.")
        found[name] = value
    if len(found) > HEADERS_MOST:
        raise ValueError(f"At most {HEADERS_MOST} headers are possible.")
    return found


def origin_of(url: str) -> str:
    """Scheme, host and port: whom the headers are for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def put_headers(tool: Tool, headers: dict[str, str]) -> None:
    """Set a tool's headers, sealed; the caller saves the row."""
    tool.headers = sealing.seal(json.dumps(headers), bound_to=_bound_to(tool)) if headers else b""
    tool.header_names = list(headers)


def open_headers(tool: Tool) -> dict[str, str]:
    """A tool's headers, for the moment of a call. Raises sealing.SecretUnreadable."""
    if not tool.headers:
        return {}
    headers: dict[str, str] = json.loads(sealing.unseal(bytes(tool.headers), bound_to=_bound_to(tool)))
    return headers


def _bound_to(tool: Tool) -> bytes:
    """Fixed-length parts before a text: no two different rows give the same bytes."""
    return tool.tenant_id.bytes + tool.pk.bytes + b"tool\0" + origin_of(tool.url).encode()
