"""Ring for the dispatcher after a commit, without holding anybody up: a thread does it, once for many.

Sending a task is a call over the network, and a broker that hangs must not keep a visitor waiting. A ring that is lost
costs a second: beat rings too.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from django.db import transaction
from structlog import get_logger

logger = get_logger("autochat.webhooks")

GATHERS = 0.05  # seconds in which further rings are taken along


class Bell:
    """Rings in a thread of its own."""

    def __init__(self, strike: Callable[[], object]) -> None:
        self._strike = strike
        self._pulled = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._lock = threading.Lock()

    def on_commit(self) -> None:
        """Ring once the transaction has come true."""
        transaction.on_commit(self.pull)

    def pull(self) -> None:
        """Ring soon."""
        self._pulled.set()
        if self._pid != os.getpid() or self._thread is None or not self._thread.is_alive():
            self._begin()

    def _begin(self) -> None:
        with self._lock:
            if self._pid == os.getpid() and self._thread is not None and self._thread.is_alive():
                return
            self._pid = os.getpid()
            self._thread = threading.Thread(target=self._ring, name="webhook-bell", daemon=True)
            self._thread.start()

    def _ring(self) -> None:
        rest = threading.Event()
        while True:
            self._pulled.wait()
            self._pulled.clear()
            try:
                self._strike()
            except Exception as error:  # noqa: BLE001  (whatever a broker's client raises, beat rings in a second)
                logger.warning("bell not rung", error=type(error).__name__)
            rest.wait(GATHERS)
