"""From a question's words, what it asks for: each meaning with the words that may stand for it in an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

OWN = 1.0
"""Weight of a word that the visitor used."""

SYNONYM = 0.9
"""Weight of another word of the same meaning: a passage with the visitor's own word comes first."""

CARRIER = 0.15
"""Importance of words that carry a question without being what it is about ("do you offer …")."""

NUMBER = 0.5
"""Importance of a bare number: seldom what the question turns on, and seldom in the answer."""

GUESSED = 0.7
"""Weight of a word whose meaning the visitor's would have if it were misspelt."""

SURE_LETTERS = 6
"""Letters from which on a word that the lexicon lacks may be a misspelling of one that it has."""

MAX_WORDS = 60
"""Words of a question that are looked up: a longer message tells a story whose end is in its first lines anyway."""

_WORD = re.compile(r"\w+(?:-\w+)*")
_PRONOUN = re.compile(r"(?<=\w\w)(?:-t)?-(?:vous|tu|ils?|elles?|on|nous|je|ce|moi|me|se|lhe)\Z")
"""What Romance languages hang on a verb with a hyphen; other hyphens make one word of two."""

_ENDINGS = (("ings", 3), ("ing", 3), ("ungen", 4), ("ung", 4), ("ed", 3), ("es", 3), ("en", 4), ("er", 4), ("em", 4),
            ("s", 3), ("e", 3), ("n", 4))  # fmt: skip


@dataclass(slots=True)
class Meaning:
    """One thing a question asks for: the words that may stand for it, each with its weight, and how much it matters."""

    words: dict[str, float]
    importance: float = 1.0
    groups: frozenset[int] = field(default_factory=frozenset)


class Meanings:
    """A lexicon: groups of words with one meaning, phrases that have it too, and words that only carry a question."""

    def __init__(self) -> None:
        self._groups: list[tuple[str, ...]] = []
        self._of_root: dict[str, set[int]] = {}
        self._of_phrase: dict[tuple[str, ...], set[int]] = {}
        self._carriers: set[str] = set()
        self._misspelt: dict[str, set[str]] = {}

    @classmethod
    def read(cls, groups: Iterable[str], carriers: Iterable[str]) -> Self:
        """Read groups, one a line, and carriers, from each language's texts."""
        lexicon = cls()
        for text in groups:
            for line in text.strip().splitlines():
                lexicon._add(line)
        lexicon._carriers = {root(word) for text in carriers for word in text.split()}
        for known in lexicon._of_root:
            for form in _shortened(known):
                lexicon._misspelt.setdefault(form, set()).add(known)
        return lexicon

    def _add(self, line: str) -> None:
        words, _, phrases = line.partition("|")
        number = len(self._groups)
        self._groups.append(tuple(words.split()))
        for word in self._groups[number]:
            self._of_root.setdefault(root(word), set()).add(number)
        for phrase in filter(None, (phrase.strip() for phrase in phrases.split(","))):
            self._of_phrase.setdefault(tuple(words_of(phrase)), set()).add(number)

    def of(self, question: str) -> list[Meaning]:
        """What the question asks for, in its order; words and phrases of one group become one meaning."""
        found: list[Meaning] = []
        words = words_of(question)[:MAX_WORDS]
        at = 0
        while at < len(words):
            length, groups = self._phrase_at(words, at)
            if length:
                self._put(found, Meaning(self._words_in(groups, SYNONYM), groups=groups))
            else:
                self._put(found, self._meaning_of(words[at]))
            at += length or 1
        return found

    def _phrase_at(self, words: list[str], at: int) -> tuple[int, frozenset[int]]:
        for length in range(min(5, len(words) - at), 1, -1):
            groups = self._of_phrase.get(tuple(words[at : at + length]))
            if groups:
                return length, frozenset(groups)
        return 0, frozenset()

    def implied(self, title: str) -> list[str]:
        """Words for what a title asks in stop words only: "Where is the workshop?" asks for an address."""
        words = words_of(title)
        groups = (group for at in range(len(words)) for group in self._phrase_at(words, at)[1])
        return [self._groups[group][0] for group in groups]

    def groups_of(self, word: str) -> frozenset[int]:
        """The groups that a word belongs to, in whatever form it was typed; misspelt ones belong to none."""
        return frozenset(self._of_root.get(root(word), ()))

    def is_carrier(self, word: str) -> bool:
        """Whether a word carries what is said without being what it is about."""
        return root(word) in self._carriers

    def _meaning_of(self, word: str) -> Meaning:
        stem = root(word)
        if stem in self._carriers:
            return Meaning({word: OWN}, importance=CARRIER)
        if word.isdigit():
            return Meaning({word: OWN}, importance=NUMBER)
        groups, weight = frozenset(self._of_root.get(stem, ())), SYNONYM
        if not groups and len(word) >= SURE_LETTERS and len(stem) >= SURE_LETTERS - 1:
            groups, weight = self._guessed(stem), GUESSED
        return Meaning({**self._words_in(groups, weight), word: OWN}, groups=groups)

    def _guessed(self, stem: str) -> frozenset[int]:
        """The groups of the words that this one is a letter away from."""
        known = {root for form in _shortened(stem) for root in self._misspelt.get(form, ())}
        return frozenset(group for root in known for group in self._of_root[root])

    def _words_in(self, groups: frozenset[int], weight: float) -> dict[str, float]:
        return {word: weight for group in sorted(groups) for word in self._groups[group]}

    @staticmethod
    def _put(found: list[Meaning], meaning: Meaning) -> None:
        """Add a meaning, or join it to the one that it is another word for."""
        for earlier in found:
            if earlier.groups & meaning.groups or meaning.words.keys() == earlier.words.keys():
                for word, weight in meaning.words.items():
                    earlier.words[word] = max(weight, earlier.words.get(word, 0.0))
                earlier.groups |= meaning.groups
                return
        found.append(meaning)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; an apostrophe parts words, a hyphen doesn't."""
    return [_PRONOUN.sub("", word) for word in _WORD.findall(text.casefold())]


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """A rough stem, good enough to find a word in the lexicon in whatever form it was typed."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    for ending, least in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= least:
            plain = plain.removesuffix(ending)
            break
    if len(plain) > 3 and plain[-1] == plain[-2]:
        plain = plain[:-1]
    return plain[:-1] + "i" if plain.endswith("y") else plain


def _shortened(stem: str) -> set[str]:
    """The stem and what is left of it without any one letter: two words a letter apart share one of these."""
    return {stem} | {stem[:at] + stem[at + 1 :] for at in range(len(stem))}
