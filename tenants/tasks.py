"""Mail leaves from the worker: no page waits for a mail server. And what has expired is swept away."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import send_mail as django_send_mail
from django.utils import timezone

from tenants import mails, notices, token_expiry
from tenants.audit import pruning
from tenants.models import Invitation, RefreshToken

logger = structlog.get_logger("autochat.mail")
RETRY_SECONDS = 30


@shared_task(autoretry_for=(OSError,), default_retry_delay=RETRY_SECONDS, max_retries=5)
def send_mail(*, subject: str, body: str, to: str) -> None:
    """Send one ready-made mail."""
    django_send_mail(subject, body, None, [to])


@shared_task
def send_invitation(*, invitation_id: str) -> None:
    """Send one invitation; if that fails, `send_waiting_invitations` comes back to it."""
    try:
        mails.deliver_invitation(invitation_id)
    except OSError as problem:
        logger.warning("invitation not sent", invitation_id=invitation_id, problem=str(problem))


@shared_task
def send_waiting_invitations() -> None:
    """Send what a stopped worker or mail server left behind; rung by beat every minute."""
    for invitation_id in Invitation.objects.unsent().values_list("pk", flat=True)[:100]:
        send_invitation(invitation_id=str(invitation_id))


@shared_task
def tell_of_usage() -> None:
    """Write to admins whose plan is running out; rung by beat every minute. What fails is tried at the next round."""
    for period_id in notices.due().values_list("pk", flat=True)[:100]:
        try:
            notices.tell(period_id)
        except OSError as problem:
            logger.warning("usage not told", period_id=str(period_id), problem=str(problem))


@shared_task
def warn_of_expiring_api_tokens() -> None:
    """Warn admins of API tokens that end soon; rung by beat every hour. What fails is tried again at the next round."""
    for token_id in token_expiry.unwarned():
        try:
            token_expiry.warn(token_id)
        except OSError as problem:
            logger.warning("expiry warning not sent", token_id=str(token_id), problem=str(problem))


@shared_task
def prune_expired() -> None:
    """Forget sessions and tokens whose time is over; rung by beat every hour."""
    SessionStore.clear_expired()
    RefreshToken.objects.filter(expires_at__lt=timezone.now()).delete()
    token_expiry.forget()


@shared_task
def prune_audit_log() -> None:
    """Forget what companies did more than 400 days ago; rung by beat every hour."""
    pruning.forget()
