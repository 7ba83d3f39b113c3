"""What hostile servers say and do, by name: everything but an answer to a webhook as it should be."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable

Writer = asyncio.StreamWriter
Behaviour = Callable[[Writer], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\n"
LONG = 60  # seconds: nobody waits for the end of it


def says(data: bytes, *, then_waits: bool = False) -> Behaviour:
    """Send these bytes and close, or keep the line open."""

    async def behave(writer: Writer) -> None:
        writer.write(data)
        await writer.drain()
        if then_waits:
            await asyncio.sleep(LONG)

    return behave


def goes_on(begin: bytes, piece: bytes, pause: float = 0) -> Behaviour:
    """Send the beginning, and then the same piece for ever."""

    async def behave(writer: Writer) -> None:
        writer.write(begin)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return behave


async def resets(writer: Writer) -> None:
    """End the connection with a reset."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def half_closes(writer: Writer) -> None:
    """Say the beginning, close one direction, hold the other."""
    writer.write(OK + b"Content-Length: 100\r\n\r\nhalf")
    writer.write_eof()
    await asyncio.sleep(LONG)


def answers(status: str, *headers: str, body: bytes = b"") -> Behaviour:
    """A whole answer."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return says(head.encode("latin-1") + b"\r\n" + body)


def silent() -> dict[str, Behaviour]:
    """Those that keep a caller waiting."""
    return {
        "never answers": says(b"", then_waits=True),
        "half closes": half_closes,
        "drips the status": goes_on(b"", b"H", 0.5),
        "drips headers": goes_on(OK, b"X-A: b\r\n", 0.5),
        "drips a body": goes_on(OK + b"Content-Length: 100000\r\n\r\n", b"x", 0.5),
        "drips chunks": goes_on(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.5),
        "slow storm of 103": goes_on(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.2),
        "switches protocols": says(
            b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", then_waits=True
        ),
    }


def endless() -> dict[str, Behaviour]:
    """Those that never stop."""
    return {
        "endless body": goes_on(OK + b"\r\n", b"x" * 65536),
        "endless chunks": goes_on(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"),
        "endless header": goes_on(OK + b"X-A: ", b"x" * 65536),
        "endless headers": goes_on(OK, b"X-A: b\r\n" * 1000),
        "endless status": goes_on(b"HTTP/1.1 200 ", b"O" * 65536),
        "giant chunk extension": goes_on(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 65536),
        "storm of 100": goes_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    }


def cut_off() -> dict[str, Behaviour]:
    """Those that stop half way."""
    return {
        "closes at once": says(b""),
        "resets": resets,
        "stops in the status": says(b"HTTP/1.1 20"),
        "stops in the headers": says(OK + b"X-A: b\r\nX-"),
        "stops in the body": says(OK + b"Content-Length: 10\r\n\r\nfive!"),
    }


def too_much() -> dict[str, Behaviour]:
    """Those that send or claim more than anybody wants."""
    cookies = [f"Set-Cookie: c{number}={'x' * 100}" for number in range(100)]
    return {
        "gzip bomb": answers("200 OK", "Content-Encoding: gzip", body=gzip.compress(bytes(20_000_000))),
        "thousands of headers": says(OK + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n"),
        "claims a terabyte": says(OK + b"Content-Length: 1099511627776\r\n\r\nx"),
        "giant chunk size": says(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello"),
        "flood of cookies": answers("200 OK", *cookies),
    }


def malformed() -> dict[str, Behaviour]:
    """Those that break the protocol."""
    return {
        "garbage": says(bytes(range(256)) * 20),
        "http 0.9": says(b"<html>hello</html>"),
        "another protocol": says(b"220 mail.example ESMTP\r\n"),
        "status of two digits": says(b"HTTP/1.1 20 OK\r\n\r\n"),
        "status 999": answers("999 Whatever"),
        "negative length": says(OK + b"Content-Length: -5\r\n\r\nhello"),
        "two lengths": says(OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello"),
        "bad chunk": says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"),
        "lies about gzip": answers("200 OK", "Content-Encoding: gzip", body=b"not gzip"),
        "lies about brotli": answers("200 OK", "Content-Encoding: br", body=b"\x00\x01"),
        "unreadable text": answers("500 Oops", body=b"\x00\xff\xfe\xed\xa0\x80 vera@example.com \x1b[31m"),
        "unreadable header": answers("500 Oops", "X-\xe9: \xff\xfe"),
        "answers twice": says(OK + b"Content-Length: 0\r\n\r\n" + OK + b"Content-Length: 3\r\n\r\nfor"),
    }


def misleading(refused: str) -> dict[str, Behaviour]:
    """Those that send callers on, to an address that may not be reached or to a time that never comes."""
    return {
        "redirects to a private address": answers("307 Temporary Redirect", f"Location: http://{refused}/"),
        "redirects for good": answers("301 Moved Permanently", f"Location: http://{refused}/"),
        "redirects to a file": answers("302 Found", "Location: file:///etc/passwd"),
        "refreshes": answers("200 OK", f"Refresh: 0; url=http://{refused}/", f"Link: <http://{refused}/>; rel=preload"),
        "names a proxy": answers("305 Use Proxy", f"Location: http://{refused}/"),
        "retry after minus one": answers("503 Busy", "Retry-After: -1"),
        "retry after infinity": answers("503 Busy", "Retry-After: 1e999"),
        "retry after a googol": answers("503 Busy", f"Retry-After: {10**100}"),
        "retry after the year 9999": answers("429 Slow", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
    }


def behaviours(refused: str) -> dict[str, Behaviour]:
    """All of them; `refused` is an address that may not be reached."""
    return silent() | endless() | cut_off() | too_much() | malformed() | misleading(refused)
