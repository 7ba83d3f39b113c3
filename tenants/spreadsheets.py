"""Files for spreadsheets: CSV, piece by piece, and harmless to whoever opens it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from django.http import StreamingHttpResponse

from tenants import wall

BYTE_ORDER_MARK: Final = "\ufeff"  # spreadsheets take the file for Latin-1 without it
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_response(chunks: AsyncIterator[bytes], filename: str) -> StreamingHttpResponse:
    """A file to keep, sent as it is written, so that a long history needs no memory."""
    response = StreamingHttpResponse(wall.while_sent(chunks), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def lines(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
