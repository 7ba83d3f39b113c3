"""The pages that a site lists itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from assistants.crawling.addresses import normalise, pages_among, root_of, site_of
from assistants.crawling.fetching import FetchFailed
from assistants.crawling.web import AT_ONCE, Web
from assistants.extraction.base import Extracted, Unreadable
from assistants.extraction.sitemap import INDEX
from assistants.reader import Reader

SITEMAPS_MOST: Final = 20
"""Sitemaps that are read of one site: an index may list thousands."""

NOTHING: Final = "The sitemap lists no page of this site. Check it, or let links be followed instead."


def pages_of_sitemaps(url: str, web: Web, reader: Reader, *, renew: Callable[[], None]) -> list[str]:
    """The pages in the sitemap at this address, or in those that the site's robots.txt names. Raises FetchFailed.

    `renew` is called before each step, for a slow site's sitemaps take longer than one lease.
    """
    waiting = _beginning(url, web)
    seen, pages = set(waiting), list[str]()
    problem = ""
    while waiting and len(seen) <= SITEMAPS_MOST:
        renew()
        batch, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        for place, fetched in zip(batch, web.fetch_all(batch), strict=True):
            try:
                read = _read(fetched, reader)
            except (FetchFailed, Unreadable) as failed:
                problem = problem or f"{place}: {failed}"
                continue
            if read.title == INDEX:
                listed = (normalise(link, place) for link in read.links)
                fresh = [link for link in listed if site_of(link) == site_of(url) and link not in seen]
                waiting += fresh[: SITEMAPS_MOST - len(seen)]
                seen.update(waiting)
            else:
                pages += pages_among(read.links, base=url)
    if not pages:
        raise FetchFailed(problem[:300] or NOTHING)
    return list(dict.fromkeys(pages))


def _beginning(url: str, web: Web) -> list[str]:
    if url.lower().removesuffix(".gz").endswith(".xml"):
        return [normalise(url)]
    named = [normalise(link, url) for link in web.robots.sitemaps]
    return [link for link in named if site_of(link) == site_of(url)] or [root_of(normalise(url), "/sitemap.xml")]


def _read(fetched: object, reader: Reader) -> Extracted:
    if isinstance(fetched, FetchFailed):
        raise fetched
    return reader.read("sitemap", fetched.body)  # type: ignore[attr-defined]
