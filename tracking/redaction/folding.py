"""Undo what hides data from a search: foreign digits, full-width letters, invisible characters, escapes, accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|&#(\d{1,4});|&#[xX]([0-9A-Fa-f]{1,4});")


class Find(NamedTuple):
    """A piece of the folded text that must not be told, and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Folded:
    """The text in small plain letters and digits, with the way back; `places` None: the same length as the original."""

    text: str
    places: tuple[list[int], list[int]] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the folded text stands in the original."""
        if self.places is None:
            return start, end
        starts, ends = self.places
        return starts[start], ends[end - 1]


def fold(text: str) -> Folded:
    """The text as searches read it."""
    if text.isascii() and "%" not in text and "&#" not in text:
        return Folded(text.lower())
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, character in _characters(text):
        plain = _plain(character)
        letters.append(plain)
        starts += [start] * len(plain)
        ends += [end] * len(plain)
    return Folded("".join(letters), (starts, ends))


def _characters(text: str) -> Iterator[tuple[int, int, str]]:
    """Each character with its place, escapes read."""
    position = 0
    for escape in _ESCAPE.finditer(text):
        yield from ((at, at + 1, text[at]) for at in range(position, escape.start()))
        hexadecimal, number, entity = escape.groups()
        code = int(number) if number else int(hexadecimal or entity, 16)
        # Bytes of a longer UTF-8 sequence stay as they are: nothing that is searched for is made of them.
        yield (escape.start(), escape.end(), chr(code) if code and (number or entity or code < 128) else "?")
        position = escape.end()
    yield from ((at, at + 1, text[at]) for at in range(position, len(text)))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if unicodedata.category(character) in ("Cf", "Mn", "Cs"):
        return ""  # invisible, or an accent that stands alone
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    parts = unicodedata.normalize("NFKD", character).casefold()
    plain = "".join(part for part in parts if unicodedata.category(part) not in ("Mn", "Cf"))
    return plain.translate(_DASHES)


_DASHES = {ord(dash): "-" for dash in "‐‑‒–—―−"} | {ord(dot): "." for dot in "。․‧"} | {0xA0: " ", 0x202F: " "}
