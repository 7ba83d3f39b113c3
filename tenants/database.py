"""Database work for code that runs on the event loop: a few threads, each with one connection of its own.

A thread per request would be a thousand threads for a thousand visitors who wait. Here the loop hands short pieces of
synchronous work to a small pool and waits for them without holding anything.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
T = TypeVar("T")


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=settings.DATABASE_THREADS, thread_name_prefix="database")


def _work(function: Callable[[], T]) -> T:
    """Run one piece of work; a connection that died since the last one is replaced, once."""
    try:
        return function()
    except (OperationalError, InterfaceError):
        if connection.connection is not None and connection.is_usable():
            raise
        connection.close()
        return function()
    finally:
        if connection.errors_occurred and connection.connection is not None and not connection.is_usable():
            connection.close()


async def in_database(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Await `function(*args, **kwargs)` in a database thread.

    The function must be one transaction or one read, and safe to run again: it is retried once if its connection
    turns out to have died (a restarted server), in which case nothing of the first try was committed.
    """
    context = contextvars.copy_context()
    work = functools.partial(context.run, _work, functools.partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_threads(), work)


def give_connection_back() -> None:
    """Let others use this thread's connection while it waits for something else; not in the middle of a transaction."""
    if not connection.in_atomic_block:
        connection.close()


def close_connections() -> None:
    """End the threads and give their connections back; the next call starts new ones (for tests and a clean stop)."""
    threads = _threads()
    _threads.cache_clear()
    everyone = threading.Barrier(settings.DATABASE_THREADS)  # or one thread would close its connection many times
    for _ in range(settings.DATABASE_THREADS):
        threads.submit(_leave, everyone)
    threads.shutdown(wait=True)


def _leave(everyone: threading.Barrier) -> None:
    connection.close()
    everyone.wait(timeout=10)
