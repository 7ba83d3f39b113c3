"""Offering somebody a place by e-mail, and taking it."""

from __future__ import annotations

import uuid
from functools import partial

import structlog
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from kombu.exceptions import OperationalError

from tenants import audit, mails, tasks
from tenants.models import Invitation, Membership, Place, Role, Tenant, User, Verb
from tenants.models.people import INVITATION_LIFETIME
from tenants.services import grantable_roles

logger = structlog.get_logger("autochat.mail")


class InvitationGone(Exception):
    """The link leads nowhere any more: used, withdrawn, replaced by a newer one, or too old."""


@transaction.atomic
def invite(*, tenant: Tenant, email: str, role: Role, by: Place) -> Invitation:
    """Offer a place and mail the link. An open invitation to the same address is renewed with the new role."""
    _refuse_unless_grantable(by, role)
    email = email.strip().lower()
    if Membership.objects.for_tenant(tenant).filter(user__email__iexact=email).exists():
        raise ValidationError("This person is in your company already.", code="already_member")
    Tenant.objects.select_for_update().get(pk=tenant.pk)  # two invitations to one address queue up here
    invitation = Invitation.objects.for_tenant(tenant).open().filter(email__iexact=email).first()
    verb = Verb.INVITATION_RENEWED if invitation else Verb.INVITATION_SENT
    if invitation is None:
        invitation = Invitation(tenant=tenant, email=email)
    else:
        _refuse_unless_grantable(by, Role(invitation.role))
    invitation.role = role
    return _send(invitation, by, verb)


@transaction.atomic
def renew(*, invitation: Invitation, by: Place, role: Role | None = None) -> Invitation:
    """Mail a fresh link, valid for another seven days; the older one ends."""
    _refuse_unless_grantable(by, Role(invitation.role))
    if role is not None:
        _refuse_unless_grantable(by, role)
        invitation.role = role
    return _send(invitation, by, Verb.INVITATION_RENEWED)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Place) -> None:
    """Take the offer back; its link ends."""
    _refuse_unless_grantable(by, Role(invitation.role))
    _record(Verb.INVITATION_WITHDRAWN, invitation)
    invitation.delete()


def find(invitation_id: uuid.UUID, secret: str) -> Invitation:
    """The invitation that a link belongs to, or InvitationGone."""
    invitation = Invitation.objects.open().select_related("tenant", "invited_by").filter(pk=invitation_id).first()
    if invitation is None or invitation.has_expired:
        raise InvitationGone
    if not constant_time_compare(secret, mails.invitation_secret(invitation)):
        raise InvitationGone
    return invitation


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """Give the invited person the place. Only the invited address may take it."""
    if user.email.lower() != invitation.email.lower():
        raise PermissionDenied(f"This invitation is for {invitation.email}.")
    _take(invitation)
    membership, is_new = Membership.objects.get_or_create(
        tenant=invitation.tenant, user=user, defaults={"role": invitation.role}
    )
    if is_new:
        _record_joined(membership)
    return membership


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str) -> Membership:
    """Make the invited person's account and give it the place. The mail that led here proves the address."""
    _take(invitation)
    user = User.objects.create_user(invitation.email, password, name=name.strip())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    membership = Membership.objects.create(tenant=invitation.tenant, user=user, role=invitation.role)
    _record_joined(membership)
    return membership


def _take(invitation: Invitation) -> None:
    """Use the link up; of two who open it at once one is late."""
    fresh = Invitation.objects.for_tenant(invitation.tenant).open().filter(expires_at=invitation.expires_at)
    if not fresh.filter(pk=invitation.pk).update(accepted_at=timezone.now()):
        raise InvitationGone


def _record_joined(membership: Membership) -> None:
    user = membership.user
    name, role = user.get_full_name(), membership.role
    audit.record(Verb.MEMBER_JOINED, tenant=membership.tenant, target=user, name=name, by=user, role=role)


def _record(verb: Verb, invitation: Invitation) -> None:
    audit.record(verb, tenant=invitation.tenant_id, target=invitation, role=invitation.role)


def _send(invitation: Invitation, by: Place, verb: Verb) -> Invitation:
    invitation.invited_by, invitation.invited_by_token = by.person, by.token_label
    invitation.expires_at = timezone.now() + INVITATION_LIFETIME
    invitation.sent_at = None
    invitation.save()
    _record(verb, invitation)
    transaction.on_commit(partial(_ring, invitation.pk))
    return invitation


def _ring(invitation_id: uuid.UUID) -> None:
    """Wake a worker. Without a broker the mail waits for the minute's sweep: the row is the queue."""
    try:
        tasks.send_invitation.delay(invitation_id=str(invitation_id))
    except OperationalError as problem:
        logger.warning("no broker to ring", problem=str(problem))


def _refuse_unless_grantable(by: Place, role: Role) -> None:
    if role not in grantable_roles(by):
        raise PermissionDenied(f"Only an {'owner' if by.is_at_least(Role.ADMIN) else 'admin'} can do this.")
