"""What tests of outgoing calls share: a call, and a listener that counts who came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import aiohttp

from tenants.egress import EgressConnector


@dataclass
class Listener:
    """A server on loopback that counts who came and what they sent."""

    port: int = 0
    connections: int = 0
    received: bytes = b""
    reply: bytes = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.received += await reader.read(65536)
        writer.write(self.reply)
        await writer.drain()
        writer.close()


async def fetch(url: str, through: EgressConnector, *, follow: bool = False) -> int:
    async with (
        aiohttp.ClientSession(connector=through) as session,
        session.post(url, data=b"secret", allow_redirects=follow, timeout=aiohttp.ClientTimeout(total=5)) as response,
    ):
        return response.status
