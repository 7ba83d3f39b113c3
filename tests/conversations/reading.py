"""What a page of the inbox shows, read out of its HTML."""

from __future__ import annotations

import re
from typing import Any


def rows_of(answer: Any) -> list[str]:
    """The ids of the conversations listed, from the top."""
    return re.findall(r'<li data-conversation-id="([^"]+)"', answer.content.decode())


def groups_of(answer: Any) -> list[str]:
    """The headings between the rows, from the top."""
    return re.findall(r'<li class="conv-day"[^>]*>([^<]+)<', answer.content.decode())


def lines_of(answer: Any) -> list[str]:
    """The ids of the messages shown, from the top."""
    return re.findall(r'data-message-id="([^"]+)"', answer.content.decode())
