"""Open dashboards, a process of its own: so many sockets, each reading what it is told until it has heard all of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp

SAMPLED = 10  # each so many sockets look at how old a frame is: reading a date costs as much as a frame
PATIENCE = 60.0  # seconds without a frame after which a socket gives up
_HEAD = re.compile(r'\{"type":"[a-z:]+","seq":(\d+),"at":"([^"]+)"')


@dataclass(slots=True)
class Heard:
    """What all sockets of a run were told."""

    frames: int = 0
    out_of_order: int = 0
    first: float = 0.0
    last: float = 0.0
    ages: list[float] = field(default_factory=list)

    def take(self, text: str, after: int, *, sampled: bool) -> int:
        """Note a frame and give its number; what is no event is passed over."""
        head = _HEAD.match(text)
        if head is None:
            return after
        self.last = time.time()
        self.first = self.first or self.last
        self.frames += 1
        seq = int(head[1])
        self.out_of_order += bool(after) and seq != after + 1
        if sampled:
            self.ages.append(self.last - datetime.fromisoformat(head[2]).timestamp())
        return seq


async def run(url: str, tokens: list[str], count: int) -> Heard:
    """Connect with each token, say so, and listen until everybody has heard `count` events."""
    heard = Heard()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        sockets = [await _join(http, url, token) for token in tokens]
        print("ready", flush=True)
        listening = (_listen(socket, heard, count, not number % SAMPLED) for number, socket in enumerate(sockets))
        await asyncio.gather(*listening)
    return heard


async def _join(http: aiohttp.ClientSession, url: str, token: str) -> aiohttp.ClientWebSocketResponse:
    socket = await http.ws_connect(url)
    await socket.send_json({"type": "auth", "token": token})
    welcome = await socket.receive_json(timeout=10)
    if welcome["type"] != "auth:ok":
        raise RuntimeError(f"Turned away: {welcome}")
    return socket


async def _listen(socket: aiohttp.ClientWebSocketResponse, heard: Heard, count: int, sampled: bool) -> None:
    first = seq = 0
    while not seq or seq < first + count - 1:  # pings come in between
        try:
            text = await asyncio.wait_for(socket.receive_str(), PATIENCE)
        except (TimeoutError, aiohttp.ClientError, TypeError):
            return
        seq = heard.take(text, seq, sampled=sampled)
        first = first or seq


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    given = parser.parse_args()
    heard = asyncio.run(run(given.url, json.load(sys.stdin), given.count))
    ages = sorted(heard.ages) or [0.0]
    print(
        json.dumps(
            {
                "frames": heard.frames,
                "out_of_order": heard.out_of_order,
                "per_second": heard.frames / max(heard.last - heard.first, 0.001),
                "p50_ms": 1000 * ages[len(ages) // 2],
                "p95_ms": 1000 * ages[int(len(ages) * 0.95)],
            }
        )
    )


if __name__ == "__main__":
    main()
