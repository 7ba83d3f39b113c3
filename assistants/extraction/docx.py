"""Word files: paragraphs, headings, lists and tables, in their order. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from assistants.extraction.base import Extracted, Unreadable, bounded

UNPACKED_MOST = 100 * 1024 * 1024
PARTS_MOST = 5_000
OLE = b"\xd0\xcf\x11\xe0"
"""How old Word files begin, and new ones that a password protects."""

DAMAGED = "The Word file is damaged. Open it, save it again, and upload that file."


def read_docx(data: bytes, charset: str = "") -> Extracted:
    """The text of the whole document."""
    if data.startswith(OLE):
        raise Unreadable("It is an old Word file, or protected by a password. Save it as .docx without a password.")
    _check_package(data)
    try:
        document = Document(io.BytesIO(data))
        text = bounded("\n\n".join(_blocks(document)))
        title = " ".join((document.core_properties.title or "").split())[:300]
    except (Unreadable, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - the library raises whatever a broken part makes it raise
        raise Unreadable(DAMAGED) from None
    if not text:
        raise Unreadable("The Word file holds no text.")
    return Extracted(text, title=title)


def _check_package(data: bytes) -> None:
    """Before anything is unpacked: it is a Word file, and not one that unpacks to gigabytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unreadable("This is no Word file, whatever its name says. Save it as .docx again.") from None
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise Unreadable("This is no Word file, whatever its name says. Save it as .docx again.")
    if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST:
        raise Unreadable("The Word file unpacks to far more than a text. Save it without its pictures.")


def _blocks(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph) and block.text.strip():
            yield _paragraph(block)
        elif isinstance(block, Table):
            yield "\n".join(_rows(block))


def _paragraph(paragraph: Paragraph) -> str:
    text = paragraph.text.strip()
    style = (paragraph.style.name or "") if paragraph.style else ""
    if style.startswith(("Heading", "Title")):
        return f"# {' '.join(text.split())}"
    return f"- {text}" if style.startswith("List") else text


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells: list[str] = []
        for cell in row.cells:
            text = " ".join(cell.text.split())
            if text and (not cells or cells[-1] != text):  # joined cells come once per column
                cells.append(text)
        if cells:
            yield " | ".join(cells)
