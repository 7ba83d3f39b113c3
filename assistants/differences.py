"""What changed between two texts or two versions, made to be read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

SHOWN: Final = 160
"""Characters of an unchanged stretch that are shown on either side of a change."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text: `same`, `gone` or `new`, or `cut` where an unchanged one is left out."""

    kind: str
    text: str


def words(before: str, after: str) -> list[Part]:
    """The two texts in one: first by lines, then by words within the lines that differ."""
    parts: list[Part] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[m:n])
        parts += [Part("same", gone)] if kind == "equal" else _within(gone, come)
    return list(_shortened(_joined(parts)))


def _within(before: str, after: str) -> Iterator[Part]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for kind, i, j, m, n in SequenceMatcher(None, old, new, autojunk=len(old) > 2000).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[m:n])
        if kind == "equal":
            yield Part("same", gone)
            continue
        if gone:
            yield Part("gone", gone)
        if come:
            yield Part("new", come)


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbours of one kind as one; what only stands between two changes belongs to both."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].kind == part.kind:
            joined[-1] = Part(part.kind, joined[-1].text + part.text)
        else:
            joined.append(part)
    return joined


def _shortened(parts: list[Part]) -> Iterator[Part]:
    """Long stretches that didn't change are shown at their ends only."""
    last = len(parts) - 1
    for at, part in enumerate(parts):
        if part.kind != "same" or len(part.text) <= 2 * SHOWN + 40:
            yield part
            continue
        if at > 0:
            yield Part("same", part.text[:SHOWN])
        yield Part("cut", "…")
        if at < last:
            yield Part("same", part.text[-SHOWN:])
