"""PDF files: the text of their pages. Pure."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from assistants.extraction.base import TEXT_MOST, Extracted, Unreadable, bounded

PAGES_MOST = 2_000


def read_pdf(data: bytes, charset: str = "") -> Extracted:
    """The text of all pages, a blank line between two."""
    if b"%PDF-" not in data[:1024]:
        raise Unreadable("This is no PDF, whatever its name says. Save it as PDF again.")
    logging.disable(logging.CRITICAL)  # the library comments on every flaw of a broken file
    try:
        return _read(PdfReader(io.BytesIO(data)))
    except (Unreadable, MemoryError):
        raise
    except (PyPdfError, RecursionError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        raise Unreadable("The PDF is damaged. Open it, save it as PDF again, and upload that file.") from None


def _read(reader: PdfReader) -> Extracted:
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("The PDF is protected by a password. Save it without one and upload that file.")
    count = _count(reader)
    if count > PAGES_MOST:
        raise Unreadable(f"The PDF has {count:,} pages; {PAGES_MOST:,} is the most. Split it into several files.")
    texts, size = [], 0
    for page in reader.pages:
        texts.append(page.extract_text().strip())
        size += len(texts[-1])
        if size > TEXT_MOST:
            break
    text = bounded("\n\n".join(filter(None, texts)))
    if not text:
        raise Unreadable("The PDF holds pictures of pages and no text. Run text recognition (OCR) over it first.")
    return Extracted(text, title=_title(reader))


def _count(reader: PdfReader) -> int:
    """As the file itself says, before its pages are looked for: a small file can claim a million."""
    claimed = reader.root_object["/Pages"].get_object().get("/Count", 0)  # type: ignore[union-attr]
    return claimed if isinstance(claimed, int) and claimed > PAGES_MOST else len(reader.pages)


def _title(reader: PdfReader) -> str:
    title = (reader.metadata.title if reader.metadata else "") or ""
    return " ".join(str(title).split())[:300]
