"""Long lists page by page, at a price that doesn't grow with them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

AHEAD = 1_000
"""Rows that are counted from the page asked for onwards; where there are more, the page says so."""

REACH = 10_000
"""Rows that paging leads to; what lies behind is found by filters, by searching, or in the export."""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts a bounded number of rows, and reads nothing but ids of the rows before a page's.

    `rows` are in order; `dress` adds what a shown row needs, for the rows of the page alone.
    """

    def __init__(self, rows: QuerySet[Any], per_page: int, asked: str | None) -> None:
        super().__init__(rows, per_page)
        number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
        self.asked = number
        self.most = min((max(number, 1) - 1) * per_page + AHEAD, REACH)

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[: self.most + 1].count()

    @cached_property
    def count(self) -> int:
        """How many rows the pages reach."""
        return min(self._counted, self.most)

    @property
    def has_more(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._counted > self.most

    def shown(self, dress: Any = None) -> Page[Any]:
        """The page asked for; the last one where it lies behind that."""
        page = self.get_page(self.asked)
        rows: QuerySet[Any] = page.object_list  # type: ignore[assignment]
        chosen = rows.model._default_manager.filter(pk__in=rows.values("pk"))  # noqa: SLF001  (documented)
        page.object_list = list((dress(chosen) if dress else chosen).order_by(*rows.query.order_by))
        return page
