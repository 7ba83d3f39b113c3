"""Lets a reply through while it is being made, and never a part of what its rules would find. Pure.

A letter is let through once it can't be part of a match any more, however the text goes on and however the match is
disguised. So the gate holds back the end of a text for as long as it reads like the beginning of a keyword, and the
rest of the text from a match on. What becomes of that is decided when the reply is whole.
"""

from __future__ import annotations

from typing import Final

from assistants.safety.folding import GAPS, Reading, growing
from assistants.safety.matching import Beginnings, Matcher

CONTEXT: Final = 8
"""Characters after a word that can still decide whether it is a keyword: as far as `matching` looks."""

GAP_MOST: Final = 8
"""Signs in a row that no keyword reaches across: the most that `matching` lets pass, and what markup may take out."""

PACE: Final = 16
WINDOW: Final = 256
"""A text that is longer than this and offers no place to cut it is read anew each time it has grown by a sixteenth of
what is over, and not at every letter."""

WINDOW_MOST: Final = 2_000
"""Where this many characters hang together, the rest of the reply is seen when it is whole: reading it again and again
would cost more than its visitor gains."""


class Gate:
    """For one text that grows."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._anchor = 0
        self._looked_at = 0
        self._passed = 0

    def passed(self, text: str) -> int:
        """How many characters of the text so far may be seen; never fewer than before."""
        over = len(text) - self._anchor - WINDOW
        if len(text) - self._looked_at >= over // PACE and over <= WINDOW_MOST:
            self._looked_at = len(text)
            self._look(text)
        return self._passed

    def _look(self, text: str) -> None:
        window = text[self._anchor :]
        grown = growing(window)
        starts = [match.start for match in self._matcher.find(window)]
        for reading in grown.readings:
            start = earliest(reading, self._matcher.beginnings(disguised=reading.disguised))
            if start is not None:
                starts.append(reading.span(start, start + 1)[0])
        certain = min([grown.certain, *starts])
        self._passed = max(self._passed, self._anchor + certain)
        self._anchor += max((at for at in grown.breaks if at <= certain - 2 * CONTEXT), default=0)


def earliest(reading: Reading, beginnings: Beginnings) -> int | None:
    """Where the first keyword may begin of which the reading's end is a part, or that what comes next decides on."""
    text, found = reading.text, None
    for end in range(len(text), max(len(text) - CONTEXT, 0), -1):
        is_end = end == len(text)
        if not is_end and text[end - 1] in GAPS:
            continue
        start = _start(text, end, beginnings, whole=not is_end)
        if start is not None and (found is None or start < found):
            found = start
    return found


def _start(text: str, end: int, beginnings: Beginnings, *, whole: bool) -> int | None:
    """The first place from which the letters up to `end` are the beginning of a keyword, or all of one."""
    wanted, anywhere = beginnings.of_words(whole=whole), beginnings.anywhere(whole=whole)
    found, letters, gap = None, "", 0
    for at in range(end - 1, -1, -1):
        letter = text[at]
        if letter in GAPS:
            gap += 1
            if gap > GAP_MOST:
                break
            continue
        gap = 0
        if letters[:1] != letter:
            letters = letter + letters
            if len(letters) > beginnings.longest:
                break
        if letters in anywhere or (letters in wanted and _begins_word(text, at)):
            found = at
    return found


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in GAPS or text[at - 1].isdigit()
