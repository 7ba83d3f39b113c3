"""The load generator, a process of its own: so many visitors at once, each sending one message after the other."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field

import aiohttp


@dataclass(slots=True)
class Visits:
    """All visitors of one run: what they call, until when, and how long each call took, in seconds."""

    url: str
    token: str
    ends: float
    messages: int
    failed: int = 0
    taken: list[float] = field(default_factory=list)

    async def visitor(self, http: aiohttp.ClientSession) -> None:
        """One visitor after the other, each with a few messages, until the time is up."""
        while time.perf_counter() < self.ends:
            session = uuid.uuid4().hex
            for number in range(self.messages):
                await self._say(http, session, f"Do you have a table for {number + 2}?")
                if time.perf_counter() >= self.ends:
                    return

    async def _say(self, http: aiohttp.ClientSession, session: str, text: str) -> None:
        said = {"sessionId": session, "message": text, "messageId": uuid.uuid4().hex}
        began = time.perf_counter()
        try:
            async with http.post(self.url, json=said, headers={"Authorization": f"Bearer {self.token}"}) as response:
                answered = response.status == 200 and bool((await response.json()).get("message"))
        except (aiohttp.ClientError, TimeoutError):
            answered = False
        self.failed += not answered
        self.taken.append(time.perf_counter() - began)


async def run(given: argparse.Namespace) -> dict[str, float]:
    """Turns, failures and the time a turn takes, in seconds."""
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as http:
        began = time.perf_counter()
        visits = Visits(given.url, given.token, began + given.seconds, given.messages)
        await asyncio.gather(*(visits.visitor(http) for _ in range(given.visitors)))
        elapsed = time.perf_counter() - began
    taken = sorted(visits.taken)
    return {
        "turns": len(taken),
        "failed": visits.failed,
        "per_second": len(taken) / elapsed,
        "p50": taken[len(taken) // 2],
        "p95": taken[int(len(taken) * 0.95)],
        "p99": taken[int(len(taken) * 0.99)],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--visitors", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--messages", type=int, default=4)
    print(json.dumps(asyncio.run(run(parser.parse_args()))))


if __name__ == "__main__":
    main()
