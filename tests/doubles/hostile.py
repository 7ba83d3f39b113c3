"""Servers that do everything but answer a webhook as they should: raw sockets, one port for each behaviour."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import tempfile
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.doubles.certificates import make_certificate, serving
from tests.waiting import wait_until

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


def behaviours(refused: str) -> dict[str, Behaviour]:
    """All of them, by name; `refused` is an address that may not be reached."""
    bomb = gzip.compress(bytes(20_000_000))
    cookies = [f"Set-Cookie: c{number}={'x' * 100}" for number in range(100)]
    return {
        "never answers": says(b"", then_waits=True),
        "closes at once": says(b""),
        "resets": resets,
        "half closes": half_closes,
        "drips the status": goes_on(b"", b"H", 0.5),
        "drips headers": goes_on(OK, b"X-A: b\r\n", 0.5),
        "drips a body": goes_on(OK + b"Content-Length: 100000\r\n\r\n", b"x", 0.5),
        "drips chunks": goes_on(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.5),
        "endless body": goes_on(OK + b"\r\n", b"x" * 65536),
        "endless chunks": goes_on(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"),
        "endless header": goes_on(OK + b"X-A: ", b"x" * 65536),
        "endless headers": goes_on(OK, b"X-A: b\r\n" * 1000),
        "endless status": goes_on(b"HTTP/1.1 200 ", b"O" * 65536),
        "thousands of headers": says(OK + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n"),
        "storm of 100": goes_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
        "slow storm of 103": goes_on(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.2),
        "gzip bomb": answers("200 OK", "Content-Encoding: gzip", body=bomb),
        "lies about gzip": answers("200 OK", "Content-Encoding: gzip", body=b"not gzip"),
        "lies about brotli": answers("200 OK", "Content-Encoding: br", body=b"\x00\x01"),
        "claims a terabyte": says(OK + b"Content-Length: 1099511627776\r\n\r\nx"),
        "stops in the status": says(b"HTTP/1.1 20"),
        "stops in the headers": says(OK + b"X-A: b\r\nX-"),
        "stops in the body": says(OK + b"Content-Length: 10\r\n\r\nfive!"),
        "garbage": says(bytes(range(256)) * 20),
        "http 0.9": says(b"<html>hello</html>"),
        "another protocol": says(b"220 mail.example ESMTP\r\n"),
        "status of two digits": says(b"HTTP/1.1 20 OK\r\n\r\n"),
        "status 999": answers("999 Whatever"),
        "negative length": says(OK + b"Content-Length: -5\r\n\r\nhello"),
        "two lengths": says(OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello"),
        "bad chunk": says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"),
        "giant chunk size": says(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello"),
        "giant chunk extension": goes_on(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 65536),
        "switches protocols": says(
            b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", then_waits=True
        ),
        "redirects to a private address": answers("307 Temporary Redirect", f"Location: http://{refused}/"),
        "redirects for good": answers("301 Moved Permanently", f"Location: http://{refused}/"),
        "redirects to a file": answers("302 Found", "Location: file:///etc/passwd"),
        "refreshes": answers("200 OK", f"Refresh: 0; url=http://{refused}/", f"Link: <http://{refused}/>; rel=preload"),
        "names a proxy": answers("305 Use Proxy", f"Location: http://{refused}/"),
        "retry after minus one": answers("503 Busy", "Retry-After: -1"),
        "retry after infinity": answers("503 Busy", "Retry-After: 1e999"),
        "retry after a googol": answers("503 Busy", f"Retry-After: {10**100}"),
        "retry after the year 9999": answers("429 Slow", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
        "flood of cookies": answers("200 OK", *cookies),
        "unreadable text": answers("500 Oops", body=b"\x00\xff\xfe\xed\xa0\x80 vera@example.com \x1b[31m"),
        "unreadable header": answers("500 Oops", "X-\xe9: \xff\xfe"),
        "answers twice": says(OK + b"Content-Length: 0\r\n\r\n" + OK + b"Content-Length: 3\r\n\r\nfor"),
    }


class Hostile:
    """A server for each behaviour, in a thread of its own."""

    def __init__(self, refused: str) -> None:
        self.behaviours = behaviours(refused)
        self.urls: dict[str, str] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Serve."""
        self._thread.start()
        wait_until(lambda: len(self.urls) == len(self.behaviours) + 3, what="the hostile servers listen")

    def stop(self) -> None:
        """End them all."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        servers = []
        with tempfile.TemporaryDirectory() as folder:
            for name, behave in self.behaviours.items():
                servers.append(await self._listen(name, behave, "http"))
            fine = answers("200 OK")
            for name, days in (("self-signed certificate", 30), ("expired certificate", -1)):
                tls = serving(make_certificate(Path(folder), days=days))
                servers.append(await self._listen(name, fine, "https", ssl=tls))
            servers.append(await self._listen("silence instead of TLS", says(b"", then_waits=True), "https"))
            await self._stopped.wait()
        for server in servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _listen(self, name: str, behave: Behaviour, scheme: str, **options: object) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
            try:
                await reader.read(4096)
                await behave(writer)
            except (OSError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, **options)
        self.urls[name] = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        return server
