"""Whole words and phrases, found without regard to case, accents and punctuation. Pure."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")
_MARKS = re.compile("[\u0300-\u036f]")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: written without spaces, so a word may stand anywhere."""

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters whose accent is no mark of its own."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: “Köln’s CAFÉ” is koln, s, cafe."""
    unmarked = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return tuple(_WORD.findall(unicodedata.normalize("NFC", unmarked).translate(_PLAIN)))


def spaced(words: tuple[str, ...]) -> str:
    """Words in a row with a space around each: the form in which `holds` looks."""
    return f" {' '.join(words)} "


def holds(text: str, phrase: str) -> bool:
    """Whether a `spaced` text holds a phrase: whole words in its order, or anywhere in scripts without spaces."""
    wanted = words_of(phrase)
    if not wanted:
        return False
    if _SPACELESS.search(phrase):
        return "".join(wanted) in text.replace(" ", "")
    return spaced(wanted) in text
