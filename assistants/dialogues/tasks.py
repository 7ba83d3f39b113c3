"""What the clock does for saved dialogues."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from celery import shared_task
from django.db import connection

from assistants.dialogues import runner, runs, watch


@shared_task
def play_dialogues() -> int:
    """Work on the runs of saved dialogues that wait or were left behind; how many. Rung by beat and when one is due."""
    runs.give_up()
    waiting = runs.due()
    connection.close()  # the work is done in threads of its own, and may take long
    is_left = [async_to_sync(runner.play_slice)(run_id) for run_id in waiting]
    if any(is_left):
        play_dialogues.delay()
    return len(waiting)


@shared_task
def watch_dialogues() -> int:
    """Have dialogues run where something has changed; how many runs. Rung by beat."""
    return watch.look()
