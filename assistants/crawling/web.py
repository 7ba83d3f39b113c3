"""A site as a crawl sees it: its robots.txt, and a few of its pages at a time, with pauses."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final, Self

import aiohttp
from django.conf import settings

from assistants.crawling.addresses import root_of
from assistants.crawling.fetching import Fetched, FetchFailed, fetch, open_session
from assistants.crawling.robots import Robots
from tenants.database import give_connection_back

AT_ONCE: Final = 2
"""Requests to one site at a time."""

ROBOTS_MOST: Final = 500 * 1024
"""Characters of a robots.txt that are read, as its standard says."""


class Web:
    """One crawl's requests, made from a thread that has no event loop of its own.

    No database connection is held while one is on its way.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._runner = asyncio.Runner()
        self._session: aiohttp.ClientSession | None = None
        self.robots = Robots.read("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            self._runner.run(self._session.close())
        self._runner.close()

    def read_robots(self) -> None:
        """Learn what the site asks of robots. Raises FetchFailed: where it can't be asked, nothing may be read."""
        fetched = self._fetch_all([root_of(self._url, "/robots.txt")], everywhere=True)[0]
        if isinstance(fetched, Fetched):
            self.robots = Robots.read(fetched.body.decode("utf-8", "replace")[:ROBOTS_MOST])
        elif fetched.status == 429 or fetched.status >= 500:
            raise FetchFailed(f"The site can’t say what robots may read (robots.txt): {fetched}", status=fetched.status)
        elif not fetched.status and not fetched.is_gone:
            raise fetched

    def fetch_all(self, urls: list[str]) -> list[Fetched | FetchFailed]:
        """What stands at these addresses, or why nothing came."""
        return self._fetch_all(urls, everywhere=False)

    def _fetch_all(self, urls: list[str], *, everywhere: bool) -> list[Fetched | FetchFailed]:
        give_connection_back()
        return self._runner.run(self._gather(urls, everywhere=everywhere))

    async def _gather(self, urls: list[str], *, everywhere: bool) -> list[Fetched | FetchFailed]:
        if self._session is None:
            self._session = open_session()
        pause = self.robots.delay(settings.CRAWL_PAUSE_SECONDS)
        tasks = []
        for url in urls:
            tasks.append(asyncio.create_task(self._fetch(self._session, url, everywhere=everywhere)))
            await asyncio.sleep(pause)
        return list(await asyncio.gather(*tasks))

    async def _fetch(self, session: aiohttp.ClientSession, url: str, *, everywhere: bool) -> Fetched | FetchFailed:
        try:
            return await fetch(session, url, allow=(lambda _: True) if everywhere else self.robots.allow)
        except FetchFailed as problem:
            return problem
