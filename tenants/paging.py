"""Long lists page by page, at a price that doesn't grow with them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

AHEAD = 1_000
"""Rows that are counted from the page asked for onwards; where there are more, the page says so."""

REACH = 10_000
"""Rows that paging leads to; what lies behind is found by filters, by searching, or in the export."""


def page_asked(request: HttpRequest) -> int:
    """The number of the page that the query string names; the first where it names none."""
    said = request.GET.get("page", "")
    return max(int(said), 1) if said.isascii() and said.isdigit() and len(said) < 9 else 1


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts a bounded number of rows, and reads nothing but ids of the rows before a page's.

    `rows` are in order, and all there are unless `is_all` says otherwise. Where they are found by words, `looking`
    lowers the wall for as long as it is looked up which they are.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        per_page: int,
        asked: int,
        *,
        is_all: bool = True,
        looking: Callable[[], AbstractContextManager[None]] | None = None,
    ) -> None:
        super().__init__(rows, per_page)
        self.looking = looking
        self.asked = asked
        self.is_all = is_all
        self.most = min((asked - 1) * per_page + AHEAD, REACH)

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        with self.looking() if self.looking else nullcontext():
            return rows.order_by()[: self.most + 1].count()

    @cached_property
    def count(self) -> int:
        """How many rows the pages reach."""
        return min(self._counted, self.most)

    @property
    def has_more(self) -> bool:
        """Whether there are, or may be, more rows than were counted."""
        return self._counted > self.most or not self.is_all

    def shown(self, dress: Any = None) -> Page[Any]:
        """The page asked for, or the last; `dress` adds what a row needs that is shown."""
        page = self.get_page(self.asked)
        rows: QuerySet[Any] = page.object_list  # type: ignore[assignment]
        chosen = rows.model._default_manager.filter(pk__in=self._ids(rows))  # noqa: SLF001  (documented)
        page.object_list = list((dress(chosen) if dress else chosen).order_by(*rows.query.order_by))
        return page

    def _ids(self, rows: QuerySet[Any]) -> Any:
        if self.looking is None:
            return rows.values("pk")
        with self.looking():
            return list(rows.values_list("pk", flat=True))
