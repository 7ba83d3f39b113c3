"""What the widget has done by the clock."""

from __future__ import annotations

import structlog
from celery import shared_task

from widgets import call_log, expiry, seen

logger = structlog.get_logger("widgets.tasks")


@shared_task
def warn_of_expiring_tokens() -> None:
    """Warn admins of tokens that end soon; rung by beat every hour. What fails is tried again at the next round."""
    for token_id in expiry.unwarned():
        try:
            expiry.warn(token_id)
        except OSError as problem:
            logger.warning("expiry warning not sent", token_id=str(token_id), problem=str(problem))


@shared_task
def forget_failed_calls() -> None:
    """Delete counts of failed calls and sites seen that are over; rung by beat every hour."""
    call_log.forget_old()
    seen.forget_old()
