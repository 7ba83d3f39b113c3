"""Celery's worker and beat inside the web process, for `make run`: one command is the whole product.

The tasks are the very ones that separate processes run in production; only the threads here are ours.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.worker import WorkController, state

from autochat.celery import app

THREADS = 8  # tasks wait for the database and for other people's servers, hardly for the processor
POLL_SECONDS = 0.02  # how long a task may lie in the memory broker unseen; Celery's own default is a whole second
STOP_SECONDS = 2.0


class Jobs:
    """A worker and a beat, each in a thread of this process."""

    def __init__(self, celery: Celery = app) -> None:
        self.app = celery
        if celery.connection_for_write().transport_cls == "memory":
            celery.conf.broker_transport_options = {"polling_interval": POLL_SECONDS}
        self.worker = WorkController(app=celery, pool_cls="threads", concurrency=THREADS, without_gossip=True)
        self._worker_thread = threading.Thread(target=self.worker.start, name="worker", daemon=True)
        # Its own state would be a file; every entry of the table may run once too often, so none is kept.
        beat: Any = EmbeddedService(celery, max_interval=1, thread=True, scheduler_cls="celery.beat:Scheduler")
        self._beat = beat

    def start(self) -> None:
        """Start both; a task that was sent before is found by the worker when it comes up."""
        self._worker_thread.start()
        self._beat.start()

    def stop(self) -> None:
        """Take nothing new, and let running tasks finish, but not for ever: a task can be cut off at any point."""
        self._beat.service.stop()
        # The exit code with which the worker's loop ends when it next looks.
        state.should_stop = 0  # type: ignore[assignment]
        deadline = time.monotonic() + STOP_SECONDS
        while state.active_requests and time.monotonic() < deadline:
            time.sleep(0.02)
