"""What the clock does for conversations."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from conversations import turns
from conversations.models import Event, Turn

LOG_KEPT = timedelta(days=7)  # design: a dashboard that was away longer reloads
PRUNE_BATCH = 10_000


@shared_task
def mark_lost_turns() -> int:
    """Have the team look where an answer was interrupted and the visitor didn't retry; how many."""
    abandoned = Turn.objects.all().abandoned().values_list("pk", flat=True)[:500]
    return sum(turns.mark_lost(pk) for pk in abandoned)


@shared_task
def prune_log() -> int:
    """Forget events older than seven days, a part at a time; how many."""
    old = Event.objects.filter(at__lt=timezone.now() - LOG_KEPT).order_by("at").values("pk")[:PRUNE_BATCH]
    forgotten = 0
    while keys := [row["pk"] for row in old.all()]:
        forgotten += Event.objects.filter(pk__in=keys).delete()[0]
    return forgotten
