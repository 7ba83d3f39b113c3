"""Take what points to a person out of words that were said in a real conversation. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

EMAIL: Final = "visitor@example.com"
PHONE: Final = "+00 000 000000"
NAME: Final = "Alex Example"

_EMAIL = r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
_PHONE = r"(?<![\w.])(?:\+|\(?0|\d)[\d\s()/.–-]{6,}\d(?!\w)"
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
PHONE_DIGITS: Final = range(7, 16)


@dataclass(slots=True)
class Mask:
    """Replaces personal details, each by the same words wherever it stands, and remembers what it found."""

    names: tuple[str, ...] = ()
    found: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, *, names: Iterable[str]) -> Mask:
        """With the names that are known to belong to the visitor, whole and each long enough part of them."""
        known = {part for name in names for part in (name.strip(), *name.split()) if len(part) > 2}
        return cls(tuple(sorted(known, key=len, reverse=True)))

    def cover(self, text: str) -> str:
        """The text with e-mail addresses, phone numbers and the visitor's names replaced, in one go."""
        names = "|".join(re.escape(name) for name in self.names)
        kinds = [f"(?P<email>{_EMAIL})", f"(?P<phone>{_PHONE})", *([rf"(?P<name>\b(?:{names})\b)"] if names else [])]
        return re.sub("|".join(kinds), self._masked, text, flags=re.IGNORECASE)

    def _masked(self, found: re.Match[str]) -> str:
        text = found[0]
        if found.lastgroup == "phone" and not _is_phone(text):
            return text
        if text not in self.found:
            self.found.append(text)
        return {"email": EMAIL, "phone": PHONE, "name": NAME}[found.lastgroup or "name"]


def _is_phone(text: str) -> bool:
    """A long number that isn't a date."""
    return sum(letter.isdigit() for letter in text) in PHONE_DIGITS and not _DATE.fullmatch(text.strip())
