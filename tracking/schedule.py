"""When a delivery is tried again, and how long an endpoint is left alone; pure (contract §7)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

GAPS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between one try and the next: ten tries over some 75 hours."""

TRIES = len(GAPS) + 1
SPREAD = 0.2  # each gap is longer or shorter by up to this share, so that what failed together doesn't return together
LONGEST_WISH = timedelta(hours=24)  # of Retry-After: as long as the longest gap, so that the last try still comes

BREAKS_AT = 5  # failures in a row
OPEN_STEP = timedelta(seconds=10)
LONGEST_OPEN = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)  # that an endpoint can ask for as a whole, with 429 or 503 and Retry-After

GIVES_UP_AFTER = timedelta(days=5)  # of nothing but failure an endpoint is disabled
WAITS_FOR = timedelta(days=14)  # what a paused or disabled endpoint would have got

_chance = random.SystemRandom()


def next_gap(tries: int, *, wish: timedelta | None = None, chance: float | None = None) -> timedelta | None:
    """How long after this many failed tries the next one comes; None: no more. `chance` is from 0 to 1."""
    if tries >= TRIES:
        return None
    chance = _chance.random() if chance is None else chance
    gap = GAPS[max(tries, 1) - 1] * (1 - SPREAD + 2 * SPREAD * chance)
    return max(gap, min(wish, LONGEST_WISH)) if wish else gap


def open_for(failures_in_row: int) -> timedelta | None:
    """How long an endpoint is left alone after so many failures in a row; None: not at all."""
    if failures_in_row < BREAKS_AT:
        return None
    return min(OPEN_STEP * (failures_in_row // BREAKS_AT), LONGEST_OPEN)


def read_retry_after(value: str, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date; None for the past and for nonsense."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = int(value[:10])
        return timedelta(seconds=min(seconds, int(LONGEST_WISH.total_seconds()))) if seconds else None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(moment - now, LONGEST_WISH) if moment > now else None
