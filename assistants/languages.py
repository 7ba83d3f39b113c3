"""The languages that knowledge may be written in, by PostgreSQL's names for them."""

from __future__ import annotations

from typing import Final

from assistants.providers.languages import language_of

CONFIGURATIONS: Final = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
"""PostgreSQL's text search configuration for each language that can be recognised."""

LANGUAGES: Final = (
    "arabic", "danish", "dutch", "english", "finnish", "french", "german", "greek", "hungarian", "indonesian",
    "italian", "norwegian", "portuguese", "romanian", "russian", "spanish", "swedish", "turkish",
)  # fmt: skip
OTHER_LANGUAGE: Final = "simple"
"""For languages without a configuration: words are found as they are written."""

LOOKED_AT: Final = 20_000
"""Characters by which a language is recognised."""


def recognised(text: str) -> str:
    """The configuration for the language that a text seems to be written in."""
    return CONFIGURATIONS[language_of(text[:LOOKED_AT])]
