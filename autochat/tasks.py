"""The sign of life of whoever runs the tasks."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import beat_init
from django.core.cache import cache

ALIVE = "worker-alive"
ALIVE_SECONDS = 60


@shared_task
def heartbeat() -> None:
    """Show that a worker has just worked; rung by beat."""
    cache.set(ALIVE, value=True, timeout=ALIVE_SECONDS)


@beat_init.connect
def _ring_at_once(**_: Any) -> None:
    """A system that has just come up shouldn't look dead until beat's first round."""
    heartbeat.delay()
