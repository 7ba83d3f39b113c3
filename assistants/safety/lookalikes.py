"""Characters that are read as Latin letters, and characters that aren't seen at all. Pure data."""

from __future__ import annotations

import unicodedata
from typing import Final

# Drawn as the Latin letter beside them in common fonts; capitals apart, for many differ from their small letters.
_PAIRS: Final = (
    # Cyrillic
    "аa еe оo рp сc уy хx іi ѕs јj һh ԁd ԛq ԝw кk ьb АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ԌG ҮY ԜW вb нh тt мm "
    # Greek
    "αa βb εe ιi κk νv οo ρp τt υu χx ηn ωw ϲc ϳj γy ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX "
    # Armenian, Hebrew, Cherokee and others that turn up in lists of disguises
    "օo սu հh ոn ցg ԼL ՕO ՍU ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎥI ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ "
    # Latin letters of their own kind: small capitals, turned and script forms
    "ɑa ɡg ɩi ʟl ɪi ʀr ɴn ʙb ɢg ʜh ʏy ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ꜰf ǃi "
    "ɫl ɭl ɱm ɳn ɵo ɾr ʂs ʈt ʋv ɛe ƒf"
)
LOOKALIKES: Final = {pair[0]: pair[1].lower() for pair in _PAIRS.split()}

# Letters with a stroke or joined to another have no decomposition, but are accents to a reader.
STROKED: Final = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ƀ": "b", "ɨ": "i", "ʉ": "u", "ƶ": "z",
    "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j",
}  # fmt: skip

FIGURES: Final = {"0": "o", "3": "e", "4": "a", "5": "s", "6": "b", "7": "t", "8": "b", "9": "g", "2": "z"}
"""Digits that are read as a letter within a word; 1 is read as i and as l."""

SIGNS: Final = {"@": "4", "$": "5", "€": "3", "!": "1", "|": "1", "¡": "1", "+": "7", "£": "1", "¢": "c"}
"""Signs that are read as a digit which is read as a letter; only beside letters."""

_BLANKS: Final = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180e")  # fillers: letters that draw nothing
_ENCLOSED: Final = ((0x1F130, 26), (0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26))  # squared, circled, flags' letters


def is_invisible(char: str) -> bool:
    """Whether a character takes no room: zero width, direction marks, soft hyphens, variation selectors, tags."""
    if char in _BLANKS or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) == "Cf" or (unicodedata.category(char) == "Cc" and char not in "\t\n\r\v\f")


def enclosed(char: str) -> str:
    """The letter in a box, circle or flag that has no decomposition; empty for anything else."""
    code = ord(char)
    for first, count in _ENCLOSED:
        if first <= code < first + count:
            return chr(ord("a") + code - first)
    return ""


_ACCENTS: Final = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
)  # fmt: skip


def is_accent(char: str) -> bool:
    """Whether a mark only decorates the letter before it. Vowel signs of Thai or Hindi are letters, not accents."""
    return any(first <= ord(char) <= last for first, last in _ACCENTS)


_SPACELESS: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3040, 0x30FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


def is_spaceless(char: str) -> bool:
    """Whether a letter is of a script that writes no spaces: Thai, Lao, Burmese, Khmer, Han, kana."""
    return any(first <= ord(char) <= last for first, last in _SPACELESS)
