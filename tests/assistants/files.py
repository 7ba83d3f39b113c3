"""Files as people upload them: good ones, and ones that were made to break whoever reads them."""

from __future__ import annotations

import io
import zipfile
import zlib

from docx import Document
from pypdf import PdfWriter


def pdf(*pages: str, password: str = "") -> bytes:
    """A PDF with one line of text on each page."""
    writer = PdfWriter(io.BytesIO(_plain_pdf(pages)))
    if password:
        writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _plain_pdf(pages: tuple[str, ...]) -> bytes:
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, words in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode() if words else b""
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {first + 1 + 2 * number} 0 R>>".encode()
        )
        bodies.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
    return assembled(bodies)


def assembled(bodies: list[bytes]) -> bytes:
    """Objects numbered from 1 as a whole PDF; the first is the catalogue."""
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, table) + end


def pdf_that_turns_in_circles() -> bytes:
    """Its tree of pages has itself for a branch."""
    return assembled([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>>"])


def pdf_of_a_million_pages() -> bytes:
    """Three small levels of branches that share their leaves."""
    level = b"<</Type/Pages/Count %d/Kids[%s]>>"
    return assembled(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            level % (1_000_000, b"3 0 R " * 100),
            level % (10_000, b"4 0 R " * 100),
            level % (100, b"5 0 R " * 100),
            b"<</Type/Page/MediaBox[0 0 9 9]>>",
        ]
    )


def pdf_that_unpacks_to_gigabytes() -> bytes:
    """One page whose text is packed, and packed again."""
    packed = zlib.compress(zlib.compress(b"\0" * 400_000_000, 9), 9)
    stream = b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    return assembled(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            stream,
        ]
    )


def docx(*, paragraphs: list[tuple[str, str]], table: list[list[str]] | None = None, title: str = "") -> bytes:
    """A Word file of paragraphs, each with its style."""
    document = Document()
    document.core_properties.title = title
    for style, words in paragraphs:
        document.add_paragraph(words, style=style or None)
    if table:
        made = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, words in zip(made.add_row().cells, row, strict=True):
                cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_bomb() -> bytes:
    """A Word file whose text unpacks to far more than it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b"\0" * 200_000_000)
    return out.getvalue()


def docx_with_entities() -> bytes:
    """A Word file whose text doubles itself a billion times."""
    good = io.BytesIO(docx(paragraphs=[("", "Hello")]))
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = (
        f'<!DOCTYPE d [<!ENTITY l0 "lol">{lines}]><w:document xmlns:w="http://schemas.openxmlformats.org/'
        'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, body if name == "word/document.xml" else old.read(name))
    return out.getvalue()
