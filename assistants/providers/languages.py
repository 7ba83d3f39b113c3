"""Guess a short text's language from its commonest words. Pure."""

from __future__ import annotations

import re
from typing import Final

ENGLISH: Final = "en"

_COMMON: Final = {
    "en": "the a an and or is are do does did can could you your i my me we to of for in on at how what when where it",
    "de": "der die das ein eine einen und oder ist sind kann können sie ihr ihre ich mein mir wir zu für wie was wann",
    "fr": "le la les un une des et ou est sont peut vous votre vos je mon ma nous à pour dans comment quand où",
    "es": "el la los las un una y o es son puedo puede usted su sus yo mi nos para en cómo qué cuándo dónde cuánto hay",
    "it": "il lo la gli un una e o è sono posso può lei suo io mio noi per di come che quando dove c'è",
    "nl": "de het een en of is zijn kan kunnen u uw jullie ik mijn wij voor op hoe wat wanneer waar er hebben",
    "pt": "o os as um uma e ou é são posso pode você seu sua eu meu nós para em como que quando onde quanto há não",
}
_SETS: Final = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_NAMES: Final = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "italiano": "it", "dutch": "nl", "nederlands": "nl",
    "portuguese": "pt", "português": "pt",
}  # fmt: skip


def language_of(text: str, *, otherwise: str = "") -> str:
    """The two letters of the language with most of its common words in the text; `otherwise` when none stands out."""
    words = re.findall(r"[\w'-]+", text.replace("’", "'").casefold())
    counts = {language: sum(word in common for word in words) for language, common in _SETS.items()}
    best = max(counts.values())
    leaders = [language for language, count in counts.items() if count == best]
    known = known_language(otherwise)
    if best and len(leaders) == 1:
        return leaders[0]
    return known if known in leaders or not best else leaders[0]


def known_language(name: str) -> str:
    """The two letters for a language's name or tag (`de-AT`, `German`); English for what isn't known."""
    name = name.strip().casefold()
    letters = _NAMES.get(name, name[:2])
    return letters if letters in _SETS else ENGLISH
