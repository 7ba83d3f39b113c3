"""Which addresses of a site are read in this round: rows, so that a crawl goes on where another worker left it."""

from __future__ import annotations

from typing import Final

from assistants.crawling.robots import Robots
from assistants.models import KnowledgeDocument, KnowledgeSource

State = KnowledgeDocument.State
DISALLOWED: Final = "The site’s robots.txt asks robots to leave this page out."


class Queue:
    """The documents of one source's round."""

    def __init__(self, source: KnowledgeSource) -> None:
        self._source = source
        self._documents = KnowledgeDocument.objects.for_tenant(source.tenant_id).filter(
            source=source.pk, round=source.round
        )

    @property
    def is_new(self) -> bool:
        """Whether nothing was put in yet."""
        return not self._documents.exists()

    def put(self, urls: list[str], *, depth: int, robots: Robots) -> None:
        """Queue those that aren't yet, as far as the source's number of pages goes; note which ones robots may not."""
        known = set(self._documents.filter(url__in=urls).values_list("url", flat=True))
        fresh = [url for url in urls if url not in known]
        allowed = [url for url in fresh if robots.allow(url)]
        refused = [url for url in fresh if not robots.allow(url)]
        queued = self._documents.exclude(state=State.SKIPPED).count()
        left_out = self._documents.filter(state=State.SKIPPED).count()
        most = self._source.most_pages
        self._insert(allowed[: max(most - queued, 0)], depth, State.WAITING, "")
        self._insert(refused[: max(most - left_out, 0)], depth, State.SKIPPED, DISALLOWED)

    def next(self, count: int) -> list[KnowledgeDocument]:
        """Those to read now: the nearest to the start first."""
        return list(self._documents.filter(state=State.WAITING).in_order()[:count])

    def has(self, url: str) -> bool:
        """Whether there is a document with this address, from whatever round."""
        documents = KnowledgeDocument.objects.for_tenant(self._source.tenant_id)
        return documents.filter(source=self._source.pk, url=url).exists()

    def _insert(self, urls: list[str], depth: int, state: str, reason: str) -> None:
        KnowledgeDocument.objects.bulk_create(
            (
                KnowledgeDocument(
                    tenant_id=self._source.tenant_id,
                    source=self._source,
                    url=url,
                    depth=depth,
                    state=state,
                    reason=reason,
                    round=self._source.round,
                )
                for url in urls
            ),
            update_conflicts=True,
            unique_fields=["source", "url"],
            update_fields=["depth", "state", "reason", "round"],
        )
