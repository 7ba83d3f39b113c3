"""Words that mean about the same when a customer asks a business, by language: `price` finds `cost` and `fee`."""

from __future__ import annotations

from typing import Final

from assistants.lexicon import english, french, german, spanish
from assistants.lexicon.meanings import CARRIER, OWN, Meaning, Meanings

__all__ = ["CARRIER", "MEANINGS", "OWN", "Meaning", "Meanings"]

_LANGUAGES = (english, german, french, spanish)

MEANINGS: Final = Meanings.read(
    groups=[language.GROUPS for language in _LANGUAGES], carriers=[language.CARRIERS for language in _LANGUAGES]
)
