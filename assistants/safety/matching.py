"""Finds keywords in a text: whole words, however they are disguised, and never inside longer words. Pure.

What is seen through: case, accents, look-alike letters and digits, invisible characters, markup, letters drawn out
three times or more, and letters set apart by signs or, one or two at a time, by spaces. What isn't: letters that are
left out, swapped or put for others that don't look like them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

from assistants.safety.folding import GAPS, Reading, compact, fold_word, readings
from assistants.safety.lookalikes import is_spaceless

_GAP: Final = r"[ \-']{0,4}"
_LETTER: Final = r"[^ \-']"
_SPLIT: Final = re.compile(r"([ \-']+)")
_PARTS: Final = re.compile(r"[^ \-]+")
_RUN_MOST: Final = 200
"""Of one letter in a row: a bound on what a hostile text can make the search do."""
_CONTRACTED: Final = frozenset(("s", "t", "d", "m", "n", "ll", "re", "ve"))
_ELIDED: Final = frozenset(("l", "d", "j", "c", "n", "s", "m", "t", "o", "qu"))
_OWN_WORDS: Final = frozenset("aiyou0123456789")
"""Words of one letter: beside a word that is spelled out they don't make it a longer one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A keyword, and where in the text it stands."""

    keyword: str
    start: int
    end: int
    text: str


class Keyword:
    """One keyword, ready to be found."""

    def __init__(self, keyword: str) -> None:
        self.keyword = keyword
        folded = fold_word(keyword)
        self.words = _words(folded)
        self.letters = sum(map(len, self.words))
        self.is_phrase = len(_PARTS.findall(folded)) > 1
        self.has_apostrophe = "'" in folded
        self.anywhere = any(is_spaceless(char) for char in folded)
        self.has_digits = any(char.isdigit() for char in folded)
        self.needle = compact(folded)
        look = fold_word(keyword, disguised=True)
        self.disguised_words = [] if self.has_digits else _words(look)
        self.disguised_needle = compact(look)

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return self._compile(self.words)

    @cached_property
    def _disguised(self) -> re.Pattern[str]:
        return self._compile(self.disguised_words)

    def _compile(self, words: list[str]) -> re.Pattern[str]:
        body = _GAP.join(f"({_GAP.join(_unit(letter, count) for letter, count in _runs(word))})" for word in words)
        if self.anywhere:
            return re.compile(body)
        if self.letters < 4 or self.has_digits:
            return re.compile(f"(?<!{_LETTER}){body}(?!{_LETTER})")
        return re.compile(rf"(?<![^ \-'0-9]){body}(?![0-9]*[^ \-'0-9])")  # “bomb1” is a bomb, “bomb1ay” isn't

    def find(self, reading: Reading, compacted: str) -> tuple[int, int] | None:
        """Where it first stands in a reading of a text."""
        words = self.disguised_words if reading.disguised else self.words
        needle = self.disguised_needle if reading.disguised else self.needle
        if not words or needle not in compacted:
            return None
        pattern = self._disguised if reading.disguised else self._plain
        spans = (found.span() for found in pattern.finditer(reading.text) if self._is(found, words, reading))
        return next(spans, None)

    def _is(self, found: re.Match[str], words: list[str], reading: Reading) -> bool:
        spelled = [_SPLIT.split(said) for said in found.groups()]
        if not all(_same_runs("".join(s[::2]), word) for s, word in zip(spelled, words, strict=True)):
            return False
        if self.anywhere:
            return True
        if self.is_phrase and self.letters < 8 and not re.search(r"[ \-']", found[0]):
            return False
        if not self.has_apostrophe and any(_is_contraction(pieces) for pieces in spelled):
            return False
        if not _is_spelling(spelled, found, reading.text):
            return False
        return not reading.disguised or self._enough_letters(found, reading)

    def _enough_letters(self, found: re.Match[str], reading: Reading) -> bool:
        """“B12” is no word: a third of what is read as letters has to be letters."""
        typed = reading.typed(*found.span())
        letters = sum(char.isalpha() or ord(char) > 0xFFFF for char in typed)
        figures = sum(char.isdigit() or char in "@$€!|¡+£¢" for char in typed)
        return not figures or (self.letters >= 4 and letters * 2 >= figures)


def _words(folded: str) -> list[str]:
    """The words of a keyword; digits and letters are words of their own: “covid19” is also “covid 19”."""
    return [word for part in _PARTS.findall(folded.replace("'", "")) for word in re.findall(r"\d+|\D+", part)]


def _runs(word: str) -> list[tuple[str, int]]:
    return [(letter, len(list(same))) for letter, same in groupby(word)]


def _unit(letter: str, count: int) -> str:
    one = re.escape(letter)
    if letter.isdigit():
        return _GAP.join(one * count)
    return f"{one}(?:{_GAP}{one}){{{count - 1},{_RUN_MOST}}}?"


def _same_runs(said: str, word: str) -> bool:
    """Whether the letters are the word's, some drawn out: no word has the same letter three times in a row."""
    runs = list(zip((n for _, n in _runs(said)), (n for _, n in _runs(word)), strict=True))
    if all(n == 2 * wanted for n, wanted in runs):
        return True
    return all(n == wanted or n >= max(3, wanted) for n, wanted in runs)


def _is_contraction(pieces: list[str]) -> bool:
    """“he’ll” isn’t “hell”, “l’ami” isn’t “lami”."""
    if len(pieces) != 3 or pieces[1] != "'":
        return False
    return pieces[2] in _CONTRACTED or pieces[0] in _ELIDED


def _is_spelling(spelled: list[list[str]], found: re.Match[str], text: str) -> bool:
    """Spaces inside a word are no disguise unless it is spelled out, one or two letters at a time."""
    spaced = [pieces for pieces in spelled if any(" " in gap for gap in pieces[1::2])]
    if not spaced:
        return True
    if any(len(letters) > 2 for pieces in spaced for letters in pieces[::2]):
        return False
    if sum(len(pieces[::2]) for pieces in spelled) < 3:
        return False
    before = re.search(rf"(?:^|[ \-'])({_LETTER})[ \-']{{1,4}}$", text[max(0, found.start() - 8) : found.start()])
    after = re.match(rf"[ \-']{{1,4}}({_LETTER})(?:$|[ \-'])", text[found.end() : found.end() + 8])
    return all(side is None or side[1] in _OWN_WORDS for side in (before, after))


class Beginnings:
    """The letters with which keywords begin, and those of whole ones, as `compact` has them."""

    def __init__(self, needles: Iterable[tuple[str, bool]]) -> None:
        self._whole: dict[bool, set[str]] = {True: set(), False: set()}
        self._begun: dict[bool, set[str]] = {True: set(), False: set()}
        for needle, anywhere in needles:
            self._whole[anywhere].add(needle)
            self._begun[anywhere].update(needle[:length] for length in range(1, len(needle) + 1))
        self.longest = max((len(needle) for needles in self._whole.values() for needle in needles), default=0)

    def of_words(self, *, whole: bool) -> set[str]:
        """Those that only begin where a word does."""
        return (self._whole if whole else self._begun)[False]

    def anywhere(self, *, whole: bool) -> set[str]:
        """Those of scripts that write no spaces."""
        return (self._whole if whole else self._begun)[True]


class Sieve:
    """Which keywords a text can hold at all, by how they begin: hundreds are looked for, and most texts hold none."""

    LETTERS: Final = 3

    def __init__(self, needles: Iterable[str]) -> None:
        self._numbers: dict[str, list[int]] = {}
        for number, needle in enumerate(needles):
            self._numbers.setdefault(needle[: self.LETTERS], []).append(number)
        self._lengths = {len(beginning) for beginning in self._numbers}

    def possible(self, compacted: str) -> list[int]:
        """The numbers of the keywords whose beginnings stand in a text, in their order."""
        begun = {compacted[at : at + n] for n in self._lengths for at in range(len(compacted) - n + 1)}
        return sorted(number for beginning in begun & self._numbers.keys() for number in self._numbers[beginning])


class Matcher:
    """Many keywords, compiled once."""

    def __init__(self, keywords: Iterable[str]) -> None:
        self.keywords = [keyword for keyword in map(Keyword, dict.fromkeys(keywords)) if keyword.needle]
        self._plain = Sieve(keyword.needle for keyword in self.keywords)
        self._disguised = Sieve(keyword.disguised_needle for keyword in self.keywords)

    def find(self, text: str) -> list[Match]:
        """Every keyword that the text holds, each at its first place, in the order of the text."""
        first: dict[str, Match] = {}
        for reading in readings(text):
            compacted = reading.compact
            sieve = self._disguised if reading.disguised else self._plain
            for keyword in map(self.keywords.__getitem__, sieve.possible(compacted)):
                if span := keyword.find(reading, compacted):
                    start, end = reading.span(*span)
                    known = first.get(keyword.keyword)
                    if known is None or start < known.start:
                        first[keyword.keyword] = Match(keyword.keyword, start, end, text[start:end])
        return sorted(first.values(), key=lambda match: (match.start, match.end))

    def beginnings(self, *, disguised: bool) -> Beginnings:
        """How its keywords begin in such a reading."""
        return self._disguised_beginnings if disguised else self._plain_beginnings

    @cached_property
    def _plain_beginnings(self) -> Beginnings:
        return Beginnings((keyword.needle, keyword.anywhere) for keyword in self.keywords)

    @cached_property
    def _disguised_beginnings(self) -> Beginnings:
        worded = [keyword for keyword in self.keywords if keyword.disguised_words]
        return Beginnings((keyword.disguised_needle, keyword.anywhere) for keyword in worded)


def is_findable(keyword: str) -> bool:
    """Whether a keyword holds anything that could be found."""
    return any(char not in GAPS for char in fold_word(keyword))
