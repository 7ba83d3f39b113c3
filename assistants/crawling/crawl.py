"""Read a page or a site for a while, and leave the rest for another turn."""

from __future__ import annotations

import time
from typing import Final

from assistants import documents
from assistants.claims import Claim
from assistants.crawling.addresses import normalise, pages_among
from assistants.crawling.fetching import Fetched, FetchFailed
from assistants.crawling.queue import Queue
from assistants.crawling.sitemaps import pages_of_sitemaps
from assistants.crawling.web import AT_ONCE, Web
from assistants.extraction.base import Extracted, Unreadable
from assistants.models import KnowledgeDocument, KnowledgeSource
from assistants.reader import Reader

PAGE_SECONDS: Final = 10.0
"""To read the text out of one page."""

READERS: Final = {
    "text/html": "page",
    "application/xhtml+xml": "page",
    "": "page",
    "text/plain": "txt",
    "text/markdown": "md",
    "application/pdf": "pdf",
}
"""What is read, by what the server calls it."""

NO_TEXT: Final = "There is no text on the page. It may be put there by scripts, which aren’t run."


def crawl(claim: Claim, source: KnowledgeSource, *, seconds: float) -> bool:
    """Read what waits for about so long; True when nothing waits any more.

    Raises FetchFailed where the site can't be begun with, KnowledgeFull and ClaimLost.
    """
    with Web(source.url) as web, Reader(seconds=PAGE_SECONDS) as reader:
        return _Crawl(claim, source, web, reader).go_on(time.monotonic() + seconds)


class _Crawl:
    def __init__(self, claim: Claim, source: KnowledgeSource, web: Web, reader: Reader) -> None:
        self._claim = claim
        self._source = source
        self._web = web
        self._reader = reader
        self._queue = Queue(source)

    def go_on(self, until: float) -> bool:
        self._web.read_robots()
        if self._queue.is_new:
            self._queue.put(self._beginning(), depth=0, robots=self._web.robots)
        while time.monotonic() < until:
            batch = self._queue.next(AT_ONCE)
            if not batch:
                return True
            self._claim.renew()
            for document, fetched in zip(batch, self._web.fetch_all([d.url for d in batch]), strict=True):
                self._take(document, fetched)
        return False

    def _beginning(self) -> list[str]:
        source = self._source
        if source.kind == KnowledgeSource.Kind.SITE and source.follow == KnowledgeSource.Follow.SITEMAP:
            return pages_of_sitemaps(source.url, self._web, self._reader, renew=self._claim.renew)
        return [normalise(source.url)]

    def _take(self, document: KnowledgeDocument, fetched: Fetched | FetchFailed) -> None:
        """Store what a page says, or why it says nothing, and queue where it leads."""
        try:
            read = self._text_of(fetched)
        except (Unreadable, FetchFailed) as problem:
            gone = isinstance(problem, FetchFailed) and problem.is_gone
            documents.note_failure(self._claim, document, str(problem), is_gone=gone)
            return
        assert isinstance(fetched, Fetched)
        self._follow(document, fetched.url, read)
        if fetched.url != document.url:
            if self._queue.has(fetched.url):
                documents.leave_out(self._claim, document, f"It leads on to {fetched.url}.")
                return
            document.url = fetched.url
        if read.text:
            documents.keep(self._claim, self._source, document, read)
        else:
            documents.note_failure(self._claim, document, NO_TEXT)

    def _text_of(self, fetched: Fetched | FetchFailed) -> Extracted:
        if isinstance(fetched, FetchFailed):
            raise fetched
        kind = READERS.get(fetched.content_type)
        if kind is None:
            raise Unreadable(f"The address gives no page but {fetched.content_type[:60]}.")
        return self._reader.read(kind, fetched.body, charset=fetched.charset)

    def _follow(self, document: KnowledgeDocument, url: str, read: Extracted) -> None:
        source = self._source
        follows = source.kind == KnowledgeSource.Kind.SITE and source.follow == KnowledgeSource.Follow.LINKS
        if follows and document.depth < source.depth:
            links = pages_among(read.links, base=url)
            self._queue.put(links, depth=document.depth + 1, robots=self._web.robots)
