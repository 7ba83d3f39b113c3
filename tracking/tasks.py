"""What the clock and the bell do for webhooks."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_process_shutdown, worker_shutdown

from tracking import dispatcher


@shared_task
def deliver_webhooks() -> None:
    """Have this worker's pool send what is due; rung after commits, and by beat every second."""
    dispatcher.ring()


@worker_shutdown.connect
@worker_process_shutdown.connect
def _leave(**_: Any) -> None:
    """Write down what has come back before the process ends."""
    dispatcher.close()
