"""A breaker per provider and key: after a row of failures calls fail at once, then one probe tries again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .base import Failure, ProviderError

OPENS_AFTER = 5
"""Failures in a row. Fewer would open on one hiccup of a busy minute, more would keep visitors waiting."""

OPEN_SECONDS = 15.0
"""How long calls fail at once before a probe: short, because each one is a visitor without an answer."""

COUNTED = frozenset({Failure.SERVER_ERROR, Failure.TIMEOUT, Failure.UNREACHABLE})
"""Failures that say the provider is down. A bad key or a refusal shows that it is up."""


class Breaker:
    """Counts failures in a row; used from one event loop, so no lock is needed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._last = Failure.UNREACHABLE
        self._open_until: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """True while calls are turned away, a running probe included."""
        return self._open_until is not None and (self._probing or self._clock() < self._open_until)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Run one attempt: turned away while open, judged by how it ends. A cancelled one is not judged."""
        is_probe = self._admit()
        try:
            yield
        except ProviderError as error:
            self._judge(error.failure)
            raise
        else:
            self._close()
        finally:
            if is_probe:
                self._probing = False

    def _admit(self) -> bool:
        if self._open_until is None:
            return False
        if self.is_open:
            wait = max(self._open_until - self._clock(), 1.0)
            raise ProviderError(
                self._last,
                f"The AI provider failed {self._failures} times in a row, so it is left alone for a moment. "
                "Check its status page; it is tried again by itself.",
                retry_after=wait,
            )
        self._probing = True
        return True

    def _judge(self, failure: Failure) -> None:
        if failure not in COUNTED:
            self._close()
            return
        self._failures += 1
        self._last = failure
        if self._failures >= OPENS_AFTER:
            self._open_until = self._clock() + OPEN_SECONDS

    def _close(self) -> None:
        self._failures = 0
        self._open_until = None
