"""What the clock does for conversations."""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from conversations import contact_news, turns
from conversations.models import ContactNews, Event, Turn
from tenants import wall

logger = structlog.get_logger(__name__)
LOG_KEPT = timedelta(days=7)  # design: a dashboard that was away longer reloads
PRUNE_BATCH = 10_000
NEWS_BATCH = 100  # contacts at once; the rest is done the next time, a moment later


@shared_task
def mark_lost_turns() -> int:
    """Have the team look where an answer was interrupted and the visitor didn't retry; how many."""
    abandoned = Turn.objects.all().abandoned().values_list("pk", flat=True)[:500]
    return sum(turns.mark_lost(pk) for pk in abandoned)


@shared_task
def spread_contact_news() -> int:
    """Have conversations look again whose contact is known better; the news of how many contacts."""
    waiting = list(ContactNews.objects.order_by("since").select_related("contact")[:NEWS_BATCH])
    for news in waiting:
        try:
            with wall.around(news.tenant_id):
                while contact_news.look_again(news):
                    pass
        except DatabaseError:  # it stays, and is tried again; the others don't wait for it
            logger.exception("news of a contact not spread", contact_id=str(news.contact_id))
    return len(waiting)


@shared_task
def prune_log() -> int:
    """Forget events older than seven days, a part at a time; how many."""
    old = Event.objects.filter(at__lt=timezone.now() - LOG_KEPT).order_by("at").values("pk")[:PRUNE_BATCH]
    forgotten = 0
    while keys := [row["pk"] for row in old.all()]:
        forgotten += Event.objects.filter(pk__in=keys).delete()[0]
    return forgotten
