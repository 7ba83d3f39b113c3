"""Read many questions and answers out of one pasted text. Pure."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"^[ \t]*(?P<mark>Q|A|Question|Answer|F|Frage|Antwort|R|Réponse|P|Pregunta|Respuesta)[ \t]*:[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_ASKS = ("q", "f", "p")
"""First letters of the marks that begin a question, in the languages above."""


def read_questions(text: str) -> list[tuple[str, str]]:
    """The pairs in a text whose questions begin with "Q:" and answers with "A:"; what lacks its half is left out."""
    pairs: list[tuple[str, str]] = []
    asked = ""
    for asks, words in _marked(text):
        if asks:
            asked = " ".join(words.split())
        elif asked and words:
            pairs.append((asked, words))
            asked = ""
    return pairs


def _marked(text: str) -> list[tuple[bool, str]]:
    marks = list(_MARK.finditer(text))
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    return [
        (mark["mark"].lower().startswith(_ASKS), text[mark.end() : end].strip())
        for mark, end in zip(marks, ends, strict=True)
    ]
