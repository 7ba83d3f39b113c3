"""Let something that is wanted often happen at an even pace, and never lose the last time it was wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable


class Pace:
    """Each key acts at once, then rests; what is wanted meanwhile is done once when the rest is over. For one loop."""

    def __init__(self, rest: float) -> None:
        self._rest = rest
        self._wanted: dict[Hashable, Callable[[], None] | None] = {}  # of the keys that rest

    def act(self, key: Hashable, what: Callable[[], None]) -> None:
        """Do it now or when the rest is over; call it on the loop."""
        if key in self._wanted:
            self._wanted[key] = what
            return
        self._wanted[key] = None
        asyncio.get_running_loop().call_later(self._rest, self._rested, key)
        what()

    def _rested(self, key: Hashable) -> None:
        if what := self._wanted.pop(key):
            self.act(key, what)
