"""Take personal data and secrets out of a text. Pure, linear in the text's length, and on the safe side.

Free text never leaves in an outcome's `data` at all; this is the second wall, for labels, addresses of pages and the
summaries of errors. A number that merely looks like a card's or a person's is taken out as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracking.redaction import addresses, digits, emails, persons, secrets
from tracking.redaction.folding import fold

MOST = 20_000  # characters; what is longer is cut off there, for nobody reads it


def redact(text: str, names: Iterable[str] = ()) -> str:
    """The text with every find replaced by what it was: `[email]`, `[phone]`, `[card]`, `[name]` …

    `names` are those that the visitor gave; they are found in any case, with and without accents.
    """
    text = text[:MOST]
    folded = fold(text)
    finds = [
        *secrets.find(folded.text),
        *emails.find(folded.text),
        *addresses.find(folded.text),
        *digits.find(folded.text),
        *persons.find(folded.text, names),
    ]
    parts, end = [], 0
    for find in sorted(finds, key=lambda find: (find.start, -find.end)):
        start, stop = folded.original(find.start, find.end)
        if start >= end:
            parts += [text[end:start], f"[{find.kind}]"]
        end = max(end, stop)
    return "".join([*parts, text[end:]])
