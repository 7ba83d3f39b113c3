"""The thread in which a process tells tenants' servers: one event loop, with the dispatcher and the prober on it."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor

from tracking.dispatcher import LEAVE_SECONDS, Dispatcher
from tracking.probes.prober import Prober

RESOLVING_THREADS = 64  # a name that hangs in the resolver holds one of them for some seconds


class _Office:
    """This process's dispatcher and prober, and the thread that they work in; made anew in a forked child."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(ThreadPoolExecutor(RESOLVING_THREADS, thread_name_prefix="webhook-names"))
        self.dispatcher, self.prober = Dispatcher(), Prober()
        self.thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self.thread.start()

    def leave(self) -> None:
        """Have both end; call it on the loop."""
        self.dispatcher.leave()
        self.prober.leave()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            self.loop.close()

    async def _serve(self) -> None:
        await asyncio.gather(self.dispatcher.serve(), self.prober.serve())


_opening = threading.Lock()
_offices: list[_Office] = []


def ring_dispatcher() -> None:
    """Have this process look for due deliveries; comes back at once."""
    office = _office()
    office.loop.call_soon_threadsafe(office.dispatcher.ring)


def ring_prober() -> None:
    """Have this process look for probes that were asked for; comes back at once."""
    office = _office()
    office.loop.call_soon_threadsafe(office.prober.ring)


def close() -> None:
    """Stop what this process has of it."""
    if _offices and _offices[0].pid == os.getpid() and _offices[0].thread.is_alive():
        office = _offices.pop()
        office.loop.call_soon_threadsafe(office.leave)
        office.thread.join(LEAVE_SECONDS + 2)


def _office() -> _Office:
    with _opening:
        if not _offices or _offices[0].pid != os.getpid() or not _offices[0].thread.is_alive():
            _offices[:] = [_Office()]
        return _offices[0]
