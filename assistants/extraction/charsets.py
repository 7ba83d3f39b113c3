"""Bytes as text, whatever they were written with. Pure."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_IN_PAGE = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_LOOKED_AT = 64 * 1024
"""Bytes by which a charset is guessed."""

_CONTROLS = frozenset(range(32)) - set(b"\t\n\r\x0b\x0c\x1b")
_CONTROLS_MOST = 0.02
"""Share of control bytes from which on this is no text."""


def decode(data: bytes, declared: str = "") -> str:
    """The text: by its mark, else as UTF-8 if it is, else as declared or guessed. Broken parts become �."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        name = _known(declared) or _guessed(data)
        return data.decode(name, "replace")


def decode_page(data: bytes, declared: str = "") -> str:
    """A page's text; what the page says of itself counts after what the server says."""
    found = _IN_PAGE.search(data[:4096])
    return decode(data, declared or (found[1].decode("ascii", "ignore") if found else ""))


def looks_binary(data: bytes) -> bool:
    """Whether these bytes are no text in any charset."""
    head = data[:_LOOKED_AT]
    if any(head.startswith(mark) for mark, _ in _BOMS):
        return False
    return b"\x00" in head or sum(byte in _CONTROLS for byte in head) > _CONTROLS_MOST * max(len(head), 1)


def _known(name: str) -> str:
    try:
        return codecs.lookup(name.strip()).name if name.strip() and "_codec" not in name else ""
    except (LookupError, ValueError):
        return ""


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes  # rarely needed, and slow to start

    best = from_bytes(data[:_LOOKED_AT]).best()
    return best.encoding if best else "cp1252"
