"""Text and Markdown files: as they are. Pure."""

from __future__ import annotations

import re

from assistants.extraction.base import Extracted, Unreadable, bounded
from assistants.extraction.charsets import decode, looks_binary

_HEADING = re.compile(r"\A\s*#\s+(?P<words>.{1,200}?)\s*#*\s*$", re.MULTILINE)


def read_text(data: bytes, charset: str = "") -> Extracted:
    """A plain text, or Unreadable when it is something else by that name."""
    if looks_binary(data):
        raise Unreadable("This is no text, whatever its name says. Save it as a text file, or as PDF.")
    text = bounded(decode(data, charset))
    heading = _HEADING.match(text)
    return Extracted(text, title=heading["words"] if heading else "")
