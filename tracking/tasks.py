"""What the clock and the bell do for webhooks and analytics."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_process_shutdown, worker_shutdown
from django.utils import timezone

from tracking import alarms, office, pruning
from tracking.analytics import counting


@shared_task
def deliver_webhooks() -> None:
    """Have this worker's pool send what is due; rung after commits, and by beat every second."""
    office.ring_dispatcher()


@shared_task
def probe_endpoints() -> None:
    """Have this worker's pool probe the endpoints that somebody asks about; rung after commits, and by beat."""
    office.ring_prober()


@shared_task
def watch_webhooks() -> None:
    """See whose fail-rate is high, and tell admins what they have to know; rung by beat every minute."""
    alarms.watch(timezone.now())
    alarms.tell_admins()


@shared_task
def prune_webhooks() -> None:
    """Give up what waited too long and forget what is old; rung by beat every hour."""
    now = timezone.now()
    pruning.give_up_waiting(now)
    pruning.forget(now)


@shared_task
def count_conversations() -> int:
    """Count what has happened for Analytics; rung by beat every minute. How many steps it took."""
    return counting.sweep()


@shared_task
def forget_counts() -> int:
    """Forget what no period of Analytics reaches any more; rung by beat every hour."""
    return counting.forget(timezone.now())


@worker_shutdown.connect
@worker_process_shutdown.connect
def _leave(**_: Any) -> None:
    """Write down what has come back before the process ends."""
    office.close()
