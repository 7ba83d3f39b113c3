"""Inviting by e-mail, and joining as a new person, a known one, or the wrong one."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from tenants import invitations, mails, tasks
from tenants.models import Invitation, Membership, Role, User
from tests import factories
from tests.world import Company, bearer, signed_in

PASSWORD = "correct horse battery"


def invite(acme: Company, email: str = "new@person.example", role: Role = Role.AGENT) -> Invitation:
    return invitations.invite(tenant=acme.tenant, email=email, role=role, by=acme.owner)


def link(invitation: Invitation) -> str:
    """The path that the mailed link leads to."""
    tasks.send_invitation(invitation_id=str(invitation.pk))
    found = re.search(r"http://\S+?(/invitation/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_d14_an_admin_invites_by_page(acme: Company, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as rung:
        answer = signed_in(acme.admin).post("/settings/people", {"email": "New@Person.example", "role": "manager"})
    assert (answer.status_code, len(rung)) == (302, 1)
    invitation = Invitation.objects.for_tenant(acme.tenant).get()
    assert (invitation.email, invitation.role, invitation.invited_by) == (
        "new@person.example",
        "manager",
        acme.admin.user,
    )
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=7)


def test_d14_the_mail_says_who_where_and_how(acme: Company) -> None:
    path = link(invite(acme))
    sent = mail.outbox[0]
    assert (sent.to, sent.subject) == (["new@person.example"], "Join Acme on autochat")
    assert "Owner of Acme invites you to join Acme on autochat as agent." in sent.body
    assert "seven days" in sent.body
    assert path.startswith("/invitation/")


def test_an_invitation_is_mailed_once(acme: Company) -> None:
    invitation = invite(acme)
    assert mails.deliver_invitation(invitation.pk)
    assert not mails.deliver_invitation(invitation.pk)
    tasks.send_waiting_invitations()
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_is_tried_again(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    invitation = invite(acme)

    def refuse(**_: Any) -> None:
        raise ConnectionRefusedError("no mail server")

    with monkeypatch.context() as patch:
        patch.setattr(mails, "send_mail", refuse)
        tasks.send_invitation(invitation_id=str(invitation.pk))
    invitation.refresh_from_db()
    assert invitation.sent_at is None
    tasks.send_waiting_invitations()
    assert len(mail.outbox) == 1


def test_a_broker_that_is_down_loses_no_invitation(
    acme: Company, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(**_: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.send_invitation, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        invite(acme)
    tasks.send_waiting_invitations()
    assert len(mail.outbox) == 1


def test_d14_a_new_person_joins_with_name_and_password(acme: Company, client: Client) -> None:
    path = link(invite(acme, role=Role.MANAGER))
    page = client.get(path)
    assert page.status_code == 200
    assert "Join Acme" in page.content.decode()
    assert client.post(path, {"name": "Nora New", "password": PASSWORD}).status_code == 302
    membership = Membership.objects.for_tenant(acme.tenant).get(user__email="new@person.example")
    assert (membership.role, membership.user.name) == ("manager", "Nora New")
    assert EmailAddress.objects.get(user=membership.user).verified
    assert client.get("/settings/profile").status_code == 200, "signed in at once"


@pytest.mark.parametrize("password", ["short", "password1234", "new@person.example"])
def test_d14_weak_passwords_are_refused(acme: Company, client: Client, password: str) -> None:
    path = link(invite(acme))
    assert client.post(path, {"name": "Nora", "password": password}).status_code == 422
    assert not User.objects.filter(email="new@person.example").exists()


def test_d14_a_known_person_signs_in_first(acme: Company, globex: Company, client: Client) -> None:
    path = link(invite(acme, "agent@globex.example"))
    page = client.get(path).content.decode()
    assert f"/accounts/login/?next={path}" in page
    assert client.post(path, {"name": "x", "password": PASSWORD}).status_code == 200
    assert not Membership.objects.for_tenant(acme.tenant).filter(user=globex.agent.user).exists()


def test_d14_a_signed_in_person_joins_with_one_click(acme: Company, globex: Company) -> None:
    path = link(invite(acme, "Agent@Globex.example"))
    browser = signed_in(globex.agent)
    assert "Join Acme" in browser.get(path).content.decode()
    assert browser.post(path).status_code == 302
    assert Membership.objects.for_tenant(acme.tenant).get(user=globex.agent.user).role == "agent"
    assert browser.get("/settings/profile").context["request"].tenant == acme.tenant


def test_d14_nobody_joins_with_anothers_invitation(acme: Company, globex: Company) -> None:
    path = link(invite(acme))
    browser = signed_in(globex.owner)
    assert browser.get(path).status_code == 403
    assert browser.post(path).status_code == 403
    assert not Membership.objects.for_tenant(acme.tenant).filter(user=globex.owner.user).exists()


def test_d14_a_link_works_once(acme: Company, globex: Company, client: Client) -> None:
    path = link(invite(acme, "agent@globex.example"))
    assert signed_in(globex.agent).post(path).status_code == 302
    assert client.get(path).status_code == 410
    assert signed_in(globex.agent).post(path).status_code == 410


def test_d14_a_link_ends_after_seven_days(acme: Company, client: Client) -> None:
    invitation = invite(acme)
    path = link(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 410


def test_d14_sending_again_ends_the_older_link(acme: Company, client: Client) -> None:
    invitation = invite(acme)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() + timedelta(days=1))
    older = link(invitation)
    answer = signed_in(acme.admin).post(f"/settings/invitations/{invitation.pk}/renewal")
    assert answer.status_code == 302
    newer = link(invitation)
    assert client.get(older).status_code == 410
    assert client.get(newer).status_code == 200


def test_d14_a_withdrawn_link_is_dead(acme: Company, client: Client) -> None:
    invitation = invite(acme)
    path = link(invitation)
    assert signed_in(acme.admin).post(f"/settings/invitations/{invitation.pk}/withdrawal").status_code == 302
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("secret", ["x", "", "\x00", "ü", "a" * 3000])
def test_d14_a_guessed_secret_opens_nothing(acme: Company, client: Client, secret: str) -> None:
    invitation = invite(acme)
    assert client.get(f"/invitation/{invitation.pk}/{secret}").status_code in (404, 410)
    assert client.get(f"/invitation/{uuid.uuid4()}/{mails.invitation_secret(invitation)}").status_code == 410


def test_inviting_a_member_is_refused_in_words(acme: Company, client: Client) -> None:
    answer = signed_in(acme.admin).post("/settings/people", {"email": "Agent@Acme.example", "role": "agent"})
    assert answer.status_code == 422
    assert "in your company already" in answer.content.decode()
    body = {"email": "agent@acme.example"}
    answer = client.post("/api/invitations", body, headers=bearer(acme.admin), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"] == {"email": ["This person is in your company already."]}


def test_inviting_twice_renews(acme: Company) -> None:
    first = invite(acme)
    second = invite(acme, "NEW@person.example", Role.ADMIN)
    assert (first.pk, second.role) == (second.pk, Role.ADMIN)
    assert Invitation.objects.for_tenant(acme.tenant).count() == 1


@pytest.mark.parametrize(("by", "role"), [("admin", "owner"), ("manager", "agent"), ("agent", "agent")])
def test_d14_nobody_invites_above_themselves(acme: Company, client: Client, by: str, role: str) -> None:
    body = {"email": "new@person.example", "role": role}
    answer = client.post("/api/invitations", body, headers=bearer(acme.member(by)), content_type="application/json")
    assert answer.status_code == 403
    page = signed_in(acme.member(by)).post("/settings/people", body)
    assert page.status_code in (403, 422)
    assert not Invitation.objects.exists()


def test_d14_an_admin_cannot_touch_an_owners_invitation(acme: Company, client: Client) -> None:
    invitation = invite(acme, role=Role.OWNER)
    assert client.delete(f"/api/invitations/{invitation.pk}", headers=bearer(acme.admin)).status_code == 403
    body = {"email": invitation.email, "role": "agent"}
    answer = client.post("/api/invitations", body, headers=bearer(acme.admin), content_type="application/json")
    assert answer.status_code == 403
    invitation.refresh_from_db()
    assert invitation.role == "owner"


def test_the_api_lists_renews_and_withdraws(acme: Company, client: Client) -> None:
    headers = bearer(acme.admin)
    body = {"email": "new@person.example", "role": "manager"}
    made = client.post("/api/invitations", body, headers=headers, content_type="application/json")
    assert made.status_code == 201
    path = f"/api/invitations/{made.json()['id']}"
    assert client.get("/api/invitations", headers=headers).json()["invitations"] == [made.json()]
    assert client.get(path, headers=headers).json() == made.json()
    renewed = client.patch(path, {"role": "agent"}, headers=headers, content_type="application/json")
    assert (renewed.status_code, renewed.json()["role"]) == (200, "agent")
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(path, headers=headers).status_code == 404


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_strangers_invitation_is_not_found(acme: Company, globex: Company, client: Client, method: str) -> None:
    invitation = invite(acme)
    call = getattr(client, method)
    assert call(f"/api/invitations/{invitation.pk}", headers=bearer(globex.owner)).status_code == 404
    for action in ("renewal", "withdrawal"):
        answer = signed_in(globex.owner).post(f"/settings/invitations/{invitation.pk}/{action}")
        assert answer.status_code == 404
    assert Invitation.objects.filter(pk=invitation.pk).exists()


def test_joining_again_changes_no_role(acme: Company) -> None:
    invitation = invite(acme, "late@person.example")
    member = factories.make_member(acme.tenant, Role.ADMIN, email="late@person.example")
    assert invitations.accept(invitation=invitation, user=member.user).role == "admin"
