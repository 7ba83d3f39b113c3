"""What needs no knowledge to answer: greetings, thanks, goodbyes, and the wish to speak with a person. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .courtesies import BY_LANGUAGE, Courtesies

MAX_WORDS = 8
"""A longer message says something beside the courtesy, and that is what should be answered."""

MAX_WORDS_OF_WISH = 20
"""A wish for a person may stand in a longer sentence; an essay that mentions one is about something else."""


class Kind(StrEnum):
    """What a courtesy is, those that say more first: "hello, are you a bot" asks who speaks."""

    PERSON = "person"
    SELF = "self"
    OPENING = "opening"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    GREETING = "greeting"


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A message that is courtesy and nothing else, and the language it was said in."""

    kind: Kind
    language: str


@dataclass(frozen=True, slots=True)
class _Patterns:
    whole: re.Pattern[str]
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...]
    person: re.Pattern[str]
    filler: re.Pattern[str]


def _compile(words: Courtesies) -> _Patterns:
    parts = {kind: str(getattr(words, kind.value)) for kind in Kind if kind is not Kind.PERSON}
    anything = "|".join([*parts.values(), words.filler])
    return _Patterns(
        whole=re.compile(rf"(?:{anything})(?: (?:{anything}))*"),
        kinds=tuple((kind, re.compile(rf"\b(?:{part})(?!\w)")) for kind, part in parts.items()),
        person=re.compile(words.person),
        filler=re.compile(rf"\b(?:{words.filler})(?!\w)"),
    )


_PATTERNS: Final = {language: _compile(words) for language, words in BY_LANGUAGE.items()}


def small_talk(text: str) -> SmallTalk | None:
    """The courtesy that a message is, or None when it asks or tells something."""
    words = " ".join(re.sub(r"[^\w\s'-]", " ", text.replace("’", "'").casefold()).split())
    length = len(words.split())
    if 0 < length <= MAX_WORDS_OF_WISH:
        for language, patterns in _PATTERNS.items():
            if patterns.person.search(words):
                return SmallTalk(Kind.PERSON, language)
    if 0 < length <= MAX_WORDS:
        for language, patterns in _PATTERNS.items():
            if patterns.whole.fullmatch(words):
                return _first_kind(words, language)
    return None


def _first_kind(words: str, language: str) -> SmallTalk | None:
    """The weightiest courtesy in the words; one that stands in a filler ("thanks for your help") comes last."""
    patterns = _PATTERNS[language]
    for said in (patterns.filler.sub("", words), words):
        for kind, pattern in patterns.kinds:
            if pattern.search(said):
                return SmallTalk(kind, language)
    return None
