"""Which passages a reply rests on: those whose words it says again. Pure, and cheap enough for every reply.

The visitor's own words count for less than news, since a refusal repeats them too; courtesies, names, questions and
sentences that own up to not knowing count for nothing. What no passage bears is no source's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from assistants.lexicon import MEANINGS
from assistants.lexicon.answers import CONTRAST, FILLERS, OWNING_UP
from assistants.lexicon.meanings import root, words_of
from assistants.providers.base import Passage

MOST: Final = 3
"""Sources of one reply: more of them say no better where it stands."""

LEAST: Final = 1.5
"""What a passage must hold of a sentence: two words of it, one of which may be the visitor's."""

SHARE: Final = 0.5
"""More than this of a sentence must stand in passages; words in common by chance are less of it."""

WHOLE: Final = 0.9
"""The same for a sentence that says nothing new: "Yes, we repair e-bikes", where that was asked."""

ECHO: Final = 0.75
"""What a word counts that the visitor has said, where a new one counts 1."""

CARRIED: Final = 0.4
"""What a word counts that says little alone: "within two working days" says something."""

ALIKE: Final = 0.5
"""What of a word counts where the passage has another one of the same meaning; alone that is no news."""

STEM: Final = 6
"""Letters that two longer words have in common at their beginning to be one word: deliver, delivery."""

LOOKED_AT: Final = 4_000
"""Characters of a reply: what comes after them seldom rests on anything else."""

PASSAGES_LOOKED_AT: Final = 12

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_NUMBERING = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s", re.MULTILINE)
_END = re.compile(r"(?<=[.!?…])[\"'”’)*]*\s+|\n+|;\s")


@dataclass(frozen=True, slots=True)
class _Word:
    root: str
    groups: frozenset[int]
    weight: float
    is_news: bool


@dataclass(slots=True)
class _Sentence:
    """What one sentence says, and what of it no passage has been found for yet."""

    weight: float
    rest: list[_Word]

    @classmethod
    def of(cls, words: Iterable[str], asked: frozenset[str]) -> Self:
        said = {stem: _word(word, stem, stem not in asked) for word in words if (stem := root(word))}
        return cls(sum(word.weight for word in said.values()), list(said.values()))


@dataclass(frozen=True, slots=True)
class _Held:
    """A passage by what may be said again out of it."""

    passage: Passage
    roots: frozenset[str]
    groups: frozenset[int] = field(default=frozenset())

    @classmethod
    def of(cls, passage: Passage) -> Self:
        words = _telling(f"{passage.title} {passage.text}")
        roots = {root(word) for word in words}
        beginnings = {stem[:STEM] for stem in roots if len(stem) >= STEM and stem.isalpha()}
        groups = (group for word in words for group in MEANINGS.groups_of(word))
        return cls(passage, frozenset(roots | beginnings), frozenset(groups))

    def has(self, word: _Word) -> bool:
        """Whether the very word stands here, in whatever form."""
        return word.root in self.roots or (word.root.isalpha() and word.root[:STEM] in self.roots)

    def weight_of(self, word: _Word) -> float:
        """What of a word stands here."""
        if self.has(word):
            return word.weight
        return word.weight * ALIKE if word.groups & self.groups else 0.0

    def bears(self, sentence: _Sentence) -> float:
        """What of a sentence's rest stands here; nothing where that may be chance."""
        said = [word for word in sentence.rest if self.has(word)]
        meant = frozenset[int]().union(*(word.groups for word in said))
        alike = (word for word in sentence.rest if word not in said and (word.groups - meant) & self.groups)
        total = sum(word.weight for word in said) + sum(word.weight * ALIKE for word in alike)
        is_telling = any(word.is_news for word in said) or total >= WHOLE * sentence.weight
        return total if total >= LEAST and is_telling else 0.0


def drawn_on(reply: str, passages: Sequence[Passage], *, asked: str = "", names: str = "") -> tuple[Passage, ...]:
    """The passages that a reply to what was asked rests on, best first, each source once; none where it rests on none.

    `names` are words that say nothing here, such as the company's own name.
    """
    held = [_Held.of(passage) for passage in passages[:PASSAGES_LOOKED_AT] if passage.text.strip()]
    sentences = [sentence for sentence in _sentences(reply, asked, names) if _is_borne(sentence, held)]
    found: list[Passage] = []
    named: set[tuple[str, str]] = set()
    while held and len(found) < MOST:
        best = max(held, key=lambda one: sum(one.bears(sentence) for sentence in sentences))
        borne = [sentence for sentence in sentences if best.bears(sentence)]
        if not borne:
            break
        for sentence in borne:
            sentence.rest = [word for word in sentence.rest if not best.weight_of(word)]
        keys = _keys(best.passage)
        if not keys & named:
            found.append(best.passage)
        named |= keys
    return tuple(found)


def _keys(passage: Passage) -> set[tuple[str, str]]:
    """What makes two passages one source to whoever reads of it: the same words, or another heading of one page."""
    page = {(passage.source_id, passage.url)} if passage.source_id and passage.url else set()
    return {(passage.title, passage.url)} | page


def _is_borne(sentence: _Sentence, held: Sequence[_Held]) -> bool:
    """Whether most of a sentence stands in the passages that bear some of it."""
    bearing = [one for one in held if one.bears(sentence)]
    if not bearing:
        return False
    return sum(max(one.weight_of(word) for one in bearing) for word in sentence.rest) > SHARE * sentence.weight


def _sentences(reply: str, asked: str, names: str) -> Iterator[_Sentence]:
    """The sentences that claim something."""
    known = frozenset(root(word) for word in _telling(asked))
    nothing = frozenset(words_of(names.replace("-", " ")))
    text = _NUMBERING.sub("", _ADDRESS.sub(" ", reply[:LOOKED_AT].replace("’", "'")))
    for sentence in _END.split(text):
        for part in CONTRAST.split(sentence):
            if not part.rstrip(" *_\"'”)").endswith("?") and not OWNING_UP.search(part.casefold()):
                yield _Sentence.of((word for word in _telling(part) if word not in nothing), known)


def _telling(text: str) -> list[str]:
    """The words of a text that say what it is about."""
    words = words_of(text.replace("-", " ").replace("_", " "))
    return [word for word in words if word not in FILLERS and (len(word) > 1 or word.isdigit())]


def _word(word: str, stem: str, is_new: bool) -> _Word:
    if MEANINGS.is_carrier(word):
        return _Word(stem, frozenset(), CARRIED, is_new)
    return _Word(stem, MEANINGS.groups_of(word), 1.0 if is_new else ECHO, is_new)
