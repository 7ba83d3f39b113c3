"""What a page says, read out of an answer."""

from __future__ import annotations

import html
import re
from typing import Any


def text_of(answer: Any) -> str:
    """The page as it is written, tags and entities and all, white space made single."""
    return " ".join(answer.content.decode().split())


def plain_of(answer: Any) -> str:
    """The page line by line, each entity as the character that is seen."""
    return html.unescape(answer.content.decode())


def words_of(answer: Any) -> str:
    """What is read of it: no tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())
