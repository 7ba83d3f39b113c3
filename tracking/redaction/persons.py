"""The names that the visitor gave, wherever they turn up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracking.redaction.folding import Find, fold

MOST_NAMES = 50


def find(text: str, names: Iterable[str]) -> Iterator[Find]:
    """Each name as a whole and each of its parts, as words of their own."""
    wanted = {part for name in names for part in _parts(name)}
    if not wanted:
        return
    ordered = sorted(wanted, key=len, reverse=True)[:MOST_NAMES]
    pattern = "|".join(map(_as_word, ordered))
    yield from (Find(*found.span(), "name") for found in re.finditer(pattern, text))


def _parts(name: str) -> Iterator[str]:
    whole = " ".join(fold(name).text.split())
    yield from (part for part in re.split(r"[\s,.;()_-]+", whole) if len(part) > 1)
    if len(whole) == 1 and not whole.isascii():
        yield whole


def _as_word(part: str) -> str:
    """Scripts that leave no space between words are searched anywhere."""
    plain = re.escape(part)
    return rf"(?<![^\W_]){plain}(?![^\W_])" if part < "\u0e00" else plain
