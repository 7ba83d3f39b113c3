"""A table of products, or of anything else with a line of headings: a passage for each row. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from assistants.extraction.base import TEXT_MOST, Extracted, Unreadable, bounded
from assistants.extraction.charsets import decode, looks_binary

ROWS_MOST = 20_000
COLUMNS_MOST = 100
CELL_MOST = 8_000
NAMES = ("name", "title", "product", "article", "item", "produkt", "titel", "artikel", "nom", "titre", "nombre", "sku")
"""Columns that name a row, the likeliest first; else the first column does."""


def read_products(data: bytes, charset: str = "") -> Extracted:
    """Each row under its name, every other cell on a line behind its column's heading."""
    if looks_binary(data):
        raise Unreadable("This is no table as text. Export it as CSV, not as a spreadsheet.")
    text = decode(data, charset)
    if not text.strip():
        raise Unreadable("The file is empty.")
    csv.field_size_limit(TEXT_MOST)
    try:
        rows = _rows(text)
        head = [_cell(cell) for cell in next(rows, [])]
        _check_head(head)
        passages = [passage for row in rows if (passage := _passage(head, row))]
    except csv.Error:
        raise Unreadable("The table can't be read: its quotes don't match. Export it as CSV again.") from None
    if not passages:
        raise Unreadable("The table has no rows below its headings.")
    return Extracted(bounded("\n\n".join(passages)))


def _rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    for number, row in enumerate(reader):
        if number > ROWS_MOST:
            raise Unreadable(f"The table has more than {ROWS_MOST:,} rows. Split it into several files.")
        if len(row) > COLUMNS_MOST:
            raise Unreadable(f"The table has {len(row):,} columns; {COLUMNS_MOST} is the most. Leave the others out.")
        if any(cell.strip() for cell in row):
            yield row


def _delimiter(text: str) -> str:
    """The one that stands most often in the first line."""
    first = text.lstrip("\ufeff").lstrip().split("\n", 1)[0][:20_000]
    return max(",;\t|", key=first.count)


def _check_head(head: list[str]) -> None:
    if len(head) < 2 or not any(head):
        raise Unreadable("The first line must name at least two columns, such as “Name, Price, Description”.")


def _passage(head: list[str], row: list[str]) -> str:
    cells = [(name, _cell(cell)) for name, cell in zip(head, row, strict=False) if cell.strip()]
    named = next((c for wanted in NAMES for n, c in cells if n.casefold() == wanted), cells[0][1] if cells else "")
    lines = [f"{name}: {cell}" if name else cell for name, cell in cells if cell != named]
    return f"# {named[:200]}\n\n" + "\n".join(lines or [named]) if named else ""


def _cell(cell: str) -> str:
    return " ".join(cell.split()).lstrip("#").strip()[:CELL_MOST]
