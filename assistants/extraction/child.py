"""The process in which strangers' files are read: little memory, little time, no files, no secrets.

It takes one piece after the other from its standard input and answers each on its standard output. Whoever started it
(`assistants.reader`) ends it when it takes too long; what it can't bear ends it by itself.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from importlib import import_module
from typing import IO, Any

from assistants.extraction.base import Extracted, Unreadable

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 25
TOO_MUCH = "Reading it takes more memory than a text needs. Save a smaller or simpler file."

READERS = {
    "pdf": "pdf.read_pdf",
    "docx": "docx.read_docx",
    "txt": "plain.read_text",
    "md": "plain.read_text",
    "csv": "products.read_products",
    "page": "page.read_page",
    "sitemap": "sitemap.read_sitemap",
}
"""Where each kind is read; imported when it first comes, for the libraries take longer to start than to read."""


def answer(kind: str, charset: str, data: bytes) -> dict[str, Any]:
    """What was read, or why nothing was."""
    _allow_cpu()
    try:
        extracted = _read(kind, charset, data)
    except Unreadable as problem:
        return {"problem": str(problem)}
    except MemoryError:
        return {"problem": TOO_MUCH}
    return {"text": extracted.text, "title": extracted.title, "links": extracted.links}


def _read(kind: str, charset: str, data: bytes) -> Extracted:
    module, _, function = READERS[kind].partition(".")
    extracted: Extracted = getattr(import_module(f"assistants.extraction.{module}"), function)(data, charset)
    return extracted


def _allow_cpu() -> None:
    """So many seconds for the next piece, whatever the ones before have used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _limit() -> None:
    if sys.platform != "darwin":  # there the limit is refused
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _take(stream: IO[bytes]) -> bytes:
    """One piece: its length in four bytes, then itself; empty at the end."""
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""


def main() -> None:
    """Answer until the other side closes."""
    _limit()
    given, told = sys.stdin.buffer, sys.stdout.buffer
    while head := _take(given):
        asked = json.loads(head)
        reply = json.dumps(answer(asked["kind"], asked["charset"], _take(given))).encode()
        told.write(struct.pack(">I", len(reply)) + reply)
        told.flush()


if __name__ == "__main__":
    main()
