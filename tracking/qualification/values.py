"""Values as people write them, brought to what can be compared; None is no value.

Numbers count by value: `1.000,50`, `1,000.50`, `1 000,50` and `١٠٠٠٫٥` are the same. Of two kinds of separators the
last is the decimal one; one that comes more than once, or once before exactly three digits (`1.000`, but not
`0.500`), groups thousands. Texts compare trimmed and without case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

MAX_TEXT = 500
_YES_WORDS = "true yes y 1 on ja oui si sim tak sì sí да はい 是 نعم"
_NO_WORDS = "false no n 0 off nein non não nao nie нет いいえ 否 لا"
_TRUE, _FALSE = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
_CURRENCY = re.compile(r"^(?:[a-z]{3}\s+|[a-z]{3}(?=\d))|(?:\s*[a-z]{3})$")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?")


def text(value: Any) -> str | None:
    """Trimmed, of one case and one spelling."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        plain = unicodedata.normalize("NFKC", str(value)).casefold()
    except ValueError:  # a whole number of more digits than Python writes out
        return None
    return " ".join(plain.split())[:MAX_TEXT] or None


def number(value: Any) -> Decimal | None:
    """The number's value, however it is written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        plain = str(value) if not isinstance(value, str) else _one_point(value)
    except ValueError:  # a whole number of more digits than Python writes out
        return None
    if len(plain) > 40 or not _NUMBER.fullmatch(plain.lower()):
        return None
    found = Decimal(plain)
    return found if found.is_finite() else None


def _one_point(written: str) -> str:
    """The number with a point and nothing else between its digits."""
    digits = "".join(_plain(character) for character in written[:100]).strip().lower()
    digits = _CURRENCY.sub("", digits).strip()
    digits = re.sub(r"(?<=\d)[\s'’_](?=\d)", "", digits)
    marks = re.sub(r"[^.,]", "", digits)
    if not marks:
        return digits
    last = marks[-1]
    other = "," if last == "." else "."
    if other in marks:  # both: the last is the decimal one
        return digits.replace(other, "").replace(last, ".") if marks.count(last) == 1 else "?"
    groups = marks.count(last) > 1 or re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", digits)
    return digits.replace(last, "" if groups else ".")


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(character) in ("Sc", "Cf"):
        return ""
    return {"٫": ".", "٬": ",", "−": "-", "%": ""}.get(character, character)


def yes_no(value: Any) -> bool | None:
    """Yes or no, in the words of some languages."""
    if isinstance(value, bool):
        return value
    word = text(value)
    return None if word not in _TRUE | _FALSE else word in _TRUE


def day(value: Any) -> date | None:
    """A day: `2026-03-31`, with or without a time after it, or `31.03.2026`."""
    if not isinstance(value, str):
        return None
    written = "".join(_plain(character) for character in value.strip()[:40])
    if turned := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", written):
        written = "{2}-{1:0>2}-{0:0>2}".format(*turned.groups())
    try:
        return date.fromisoformat(written[:10]) if re.match(r"\d{4}-\d\d-\d\d($|[T ])", written) else None
    except ValueError:
        return None


READERS: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "choice": text,
    "number": number,
    "yes_no": yes_no,
    "date": day,
}


def read(kind: str, value: Any) -> Any:
    """The value as one of its field's type; None where it is none. Never raises."""
    return READERS[kind](value)
