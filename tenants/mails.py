"""Mail to people: plain text, one thing to do in each."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection, send_mail
from django.core.signing import Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tenants.models import Invitation, Membership, Role


def invitation_secret(invitation: Invitation) -> str:
    """What makes a link the invited person's: derived from the row, so that sending it again ends the older link."""
    signer = Signer(salt="tenants.invitations")
    return signer.signature(f"{invitation.pk}:{invitation.expires_at.timestamp():.0f}")


def invitation_url(invitation: Invitation) -> str:
    """The link in the mail."""
    path = reverse("tenants:invitation", args=[invitation.pk, invitation_secret(invitation)])
    return f"{settings.PUBLIC_URL}{path}"


def tell_admins(tenant_id: uuid.UUID, *, subject: str, body: str) -> None:
    """Write to a company's admins and owners, a mail each: they needn't learn each other's addresses from us."""
    admins = Membership.objects.for_tenant(tenant_id).filter(role__in=[Role.ADMIN, Role.OWNER], user__is_active=True)
    addresses = admins.order_by("created_at").values_list("user__email", flat=True)
    get_connection().send_messages([EmailMessage(subject, body, None, [address]) for address in addresses])


def deliver_invitation(invitation_id: uuid.UUID | str) -> bool:
    """Send the mail unless it went out already; claimed first, so that two workers don't send two."""
    waiting = Invitation.objects.unsent().filter(pk=invitation_id)
    if not waiting.update(sent_at=timezone.now()):
        return False
    invitation = Invitation.objects.select_related("tenant", "invited_by").get(pk=invitation_id)
    try:
        send_mail(
            subject=f"Join {invitation.tenant.name} on autochat",
            message=render_to_string(
                "tenants/email/invitation.txt", {"invitation": invitation, "url": invitation_url(invitation)}
            ),
            from_email=None,
            recipient_list=[invitation.email],
        )
    except OSError:
        Invitation.objects.filter(pk=invitation_id).update(sent_at=None)
        raise
    return True
