"""Waiting for something to become true, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 30  # seconds, for a machine that is busy with other things; a quick one needs a moment
_never = Event()


def wait_until(look: Callable[[], T], seconds: float = PATIENCE, what: str = "") -> T:
    """Look again and again until `look` gives something true; gives that. Fails when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        if seen := look():
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds} s still not: {what or look.__name__}; last seen: {seen!r}")
        _never.wait(0.02)
