"""What every extractor gives back, and how it says that it can't."""

from __future__ import annotations

from dataclasses import dataclass, field

TEXT_MOST = 2_000_000
"""Characters that are kept of one file or page: a thousand pages of a book."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text with its headings marked by #, and where it leads."""

    text: str
    title: str = ""
    links: list[str] = field(default_factory=list)


class Unreadable(Exception):
    """Nothing can be read here. The words tell the person who added it what to do."""


def bounded(text: str) -> str:
    """The text without what a database can't store, or Unreadable when it is endless."""
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").strip()
    if len(text) > TEXT_MOST:
        raise Unreadable(f"It holds more than {TEXT_MOST:,} characters. Split it into several files.")
    return text
