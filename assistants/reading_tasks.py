"""Read what waits to be read: the rows are the queue, this only wakes workers."""

from __future__ import annotations

import uuid

from celery import shared_task

from assistants import claims, reading

SWEPT_AT_ONCE = 20
STALE_SECONDS = 30
"""A wake-up call that lay in the broker for longer is no longer needed: the sweep has made another."""


@shared_task
def read_source(*, source_id: str) -> None:
    """Read one source for a turn, and ask for another turn where there is more."""
    if not reading.read(uuid.UUID(source_id)):
        wake(uuid.UUID(source_id))


@shared_task
def read_waiting_sources() -> int:
    """Wake workers for sources that wait, whose worker died, or whose time has come again; rung by beat."""
    claims.put_in_line_again()
    found = claims.waiting(SWEPT_AT_ONCE)
    for source_id in found:
        wake(source_id)
    return len(found)


def wake(source_id: uuid.UUID) -> None:
    """Have a worker read this source soon."""
    read_source.apply_async(kwargs={"source_id": str(source_id)}, expires=STALE_SECONDS)
