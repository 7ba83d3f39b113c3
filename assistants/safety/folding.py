"""A text as it is read: letters without case and accents, gaps of three kinds, and where each letter stood. Pure.

A folded text holds letters, digits and three kinds of gaps: a space (or a sign that parts words), a hyphen (a sign that
may stand inside a word, as dots and stars do) and an apostrophe. There are several readings of the same text: as it
stands, and with look-alikes taken for what they look like, a 1 once as i and once as l; each with markup as it is typed
and as it is shown.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from assistants.safety.lookalikes import FIGURES, LOOKALIKES, SIGNS, STROKED, enclosed, is_accent, is_invisible

GAPS: Final = " -'"
_APOSTROPHES: Final = frozenset("'’‘ʼʹ＇´")
_INSIDE_WORDS: Final = frozenset('.*·•‧∙\\#~`^_|+="“”„-‐‑‒–—―@$€')
_SIGN: Final = re.compile(r"[@$](?=\w)|(?<=\w)[€!|¡+£¢](?=\w)")
_SENTENCE_END: Final = re.compile(r"(?<=[a-z])\.(?=[A-Z])")
_MIDDLE_CAPITAL: Final = re.compile(r"(?<=[a-z])I+")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_OPEN_ENTITY: Final = re.compile(r"&(?:#\d{0,7}|#[xX][0-9a-fA-F]{0,6}|[a-zA-Z]{0,31})\Z")
_OPEN_HIDDEN: Final = (re.compile(r"<(?:[/!a-zA-Z][^<>]*)?\Z"), re.compile(r"\]\([^()\s]*\Z"))
_SIGNS: Final = "".join(SIGNS)
_HIDDEN: Final = re.compile(
    r"(?P<block><(?:br|/?p|/?div|/?li|/?t[drh]|hr)\b[^<>]*>)|<[/!a-zA-Z][^<>]*>|(?P<link>\]\([^()\s]*\)|!?\[(?=[^\[\]]*\]\())"
)


@dataclass(frozen=True)
class Reading:
    """One way to read a text. `disguised` readings take look-alikes for letters."""

    text: str
    pieces: Sequence[str]
    shown: _Shown
    disguised: bool

    @property
    def compact(self) -> str:
        """The letters alone, repeated ones once: what a word must be in at all to be found."""
        return compact(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original text these characters of the reading came from."""
        return self.shown.starts[self._origins[start]], self.shown.ends[self._origins[end - 1]]

    def typed(self, start: int, end: int) -> str:
        """The characters that these of the reading were read from."""
        return self.shown.text[self._origins[start] : self._origins[end - 1] + 1]

    @cached_property
    def _origins(self) -> list[int]:
        return [at for at, piece in enumerate(self.pieces) for _ in piece]


@dataclass(frozen=True, slots=True)
class _Shown:
    """Characters that are seen, each with where it stands in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def upto(self, end: int) -> _Shown:
        """The first of them."""
        return _Shown(self.text[:end], self.starts[:end], self.ends[:end])


_NO_GAPS: Final = str.maketrans("", "", GAPS)
_REPEATED: Final = re.compile(r"(.)\1+")


def compact(folded: str) -> str:
    """A folded text's letters without gaps, each run of the same letter as one."""
    return _REPEATED.sub(r"\1", folded.translate(_NO_GAPS))


class _Fold(dict[str, str]):
    """What each character is read as, worked out once."""

    def __init__(self, *, disguised: bool) -> None:
        super().__init__()
        self.disguised = disguised

    def __missing__(self, char: str) -> str:
        folded = self._fold(char)
        if len(self) < 20_000:  # hostile text may hold all of Unicode
            self[char] = folded
        return folded

    def _fold(self, char: str) -> str:
        if "가" <= char <= "힣":
            return char
        if letter := enclosed(char):
            return letter
        known = self.disguised and LOOKALIKES.get(char)
        return known or "".join(self._part(part) for part in unicodedata.normalize("NFKD", char))

    def _part(self, char: str) -> str:
        if self.disguised and char in LOOKALIKES:
            return LOOKALIKES[char]
        if char.isalpha():
            return "".join(STROKED.get(letter, letter) for letter in char.casefold() if not is_accent(letter))
        if char.isdigit():
            return str(unicodedata.digit(char))
        kind = unicodedata.category(char)
        if kind.startswith(("M", "N")):
            return "" if is_accent(char) else char
        return _gap(char, kind)


def _gap(char: str, kind: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    return "-" if char in _INSIDE_WORDS or kind in ("So", "Sk", "Sm", "Pc", "Pd") else " "


_PLAIN: Final = _Fold(disguised=False)
_DISGUISED: Final = _Fold(disguised=True)
_AS_I: Final = str.maketrans({**FIGURES, "1": "i"})
_AS_L: Final = str.maketrans({**FIGURES, "1": "l"})


def fold_word(word: str, *, disguised: bool = False) -> str:
    """A keyword as a reading would have it."""
    table = _DISGUISED if disguised else _PLAIN
    return "".join(table[char] for char in word if not is_invisible(char))


def readings(text: str) -> list[Reading]:
    """All the ways to read a text that differ from each other."""
    found: dict[tuple[str, bool], Reading] = {}
    for shown in _shown(text):
        for reading in _readings(shown):
            found.setdefault((reading.text, reading.disguised), reading)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Growing:
    """A text that goes on: how far it is certain what it says, and all the ways to read it, however it goes on."""

    certain: int
    readings: list[Reading]
    breaks: list[int]
    """Places between words at which it may be cut, and both parts read as they are now."""


def growing(text: str) -> Growing:
    """A text whose end may be the beginning of something else: of an entity, a tag, a link, a sign read as a letter."""
    entity = _OPEN_ENTITY.search(text)
    certain = entity.start() if entity else len(text)
    typed = _typed(text[:certain])
    ends = {found.start() for opened in _OPEN_HIDDEN if (found := opened.search(typed.text))}
    readings = []
    for shown in [one for end in (len(typed.text), *ends) for one in _shown_of(typed.upto(end))]:
        signs = len(shown.text) - len(shown.text.rstrip(_SIGNS))
        if signs:
            certain = min(certain, shown.starts[-signs])
        readings += list(_readings(shown, whole=False))
    return Growing(certain, readings, [typed.starts[at] for at in _breaks(typed.text)])


def _breaks(text: str) -> Iterator[int]:
    """Where words are parted by what stays a gap: never inside what may be a tag; a link's target has no spaces."""
    in_tag = False
    for at, char in enumerate(text):
        if char in "<>":
            in_tag = char == "<"
        elif not in_tag and char.isspace():
            yield at


def _readings(shown: _Shown, *, whole: bool = True) -> Iterator[Reading]:
    plain = _SENTENCE_END.sub(" ", shown.text)
    yield _reading(plain, _PLAIN, None, shown)
    if whole and plain.isascii() and plain.isalpha():
        return
    signed = _SIGN.sub(lambda sign: SIGNS[sign[0]], plain)
    yield _reading(signed, _DISGUISED, _AS_I, shown)
    yield _reading(_MIDDLE_CAPITAL.sub(lambda capitals: "l" * len(capitals[0]), signed), _DISGUISED, _AS_L, shown)


def _reading(text: str, table: _Fold, figures: dict[int, str] | None, shown: _Shown) -> Reading:
    pieces = [table[char] for char in text]
    folded = "".join(pieces)
    return Reading(folded.translate(figures) if figures else folded, pieces, shown, disguised=figures is not None)


def _shown(text: str) -> Iterator[_Shown]:
    """The text as it is typed, and where that differs as a page would show it."""
    yield from _shown_of(_typed(text))


def _shown_of(typed: _Shown) -> Iterator[_Shown]:
    yield typed
    if "<" in typed.text or "](" in typed.text:
        yield _rendered(typed)


def _typed(text: str) -> _Shown:
    if "&" not in text and text.isascii() and text.isprintable():
        return _Shown(text, range(len(text)), range(1, len(text) + 1))
    chars: list[tuple[str, int, int]] = []
    at = 0
    for entity in _ENTITY.finditer(text):
        chars += [(text[i], i, i + 1) for i in range(at, entity.start())]
        chars += [(char, entity.start(), entity.end()) for char in html.unescape(entity[0])]
        at = entity.end()
    chars += [(text[i], i, i + 1) for i in range(at, len(text))]
    return _of(seen for seen in chars if not is_invisible(seen[0]))


def _rendered(typed: _Shown) -> _Shown:
    chars: list[tuple[str, int, int]] = []
    at = 0
    for hidden in _HIDDEN.finditer(typed.text):
        chars += [(typed.text[i], typed.starts[i], typed.ends[i]) for i in range(at, hidden.start())]
        if hidden["block"]:
            chars.append((" ", typed.starts[hidden.start()], typed.ends[hidden.end() - 1]))
        at = hidden.end()
    chars += [(typed.text[i], typed.starts[i], typed.ends[i]) for i in range(at, len(typed.text))]
    return _of(chars)


def _of(chars: Iterator[tuple[str, int, int]] | list[tuple[str, int, int]]) -> _Shown:
    kept = list(chars)
    return _Shown("".join(c for c, _, _ in kept), [start for _, start, _ in kept], [end for _, _, end in kept])
