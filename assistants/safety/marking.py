"""A text cut at what was found in it, so that a page can mark it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `why` says what was found there, if anything was."""

    text: str
    why: str = ""


def cut(text: str, places: Iterable[tuple[int, int, str]]) -> list[Part]:
    """The text in parts; of places that overlap, the first one counts."""
    parts: list[Part] = []
    at = 0
    for start, end, why in sorted(places):
        if start < at or not start < end <= len(text):
            continue
        parts += [Part(text[at:start]), Part(text[start:end], why)]
        at = end
    return [part for part in (*parts, Part(text[at:])) if part.text]
