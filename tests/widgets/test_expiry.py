"""S2: admins hear of a token's end seven days before it, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from tests import factories
from widgets import expiry, tasks, tokens
from widgets.models import WidgetToken


def _token(company, *, left: timedelta, lifetime=timedelta(days=30), **fields):
    row, _ = tokens.issue(tenant=company.tenant, label="Website")
    ends = timezone.now() + left
    WidgetToken.objects.filter(pk=row.pk).update(expires_at=ends, created_at=ends - lifetime, **fields)
    return row


def test_s02_admins_and_owners_are_warned_once(acme, globex, mailoutbox):
    row = _token(acme, left=timedelta(days=6, hours=23), last_origin="www.acme.com")
    tasks.warn_of_expiring_tokens()
    tasks.warn_of_expiring_tokens()
    assert sorted(mail.to for mail in mailoutbox) == [["admin@acme.example"], ["owner@acme.example"]]
    assert mailoutbox[0].subject == "The widget token “Website” expires soon"
    assert "www.acme.com" in mailoutbox[0].body
    assert "/settings/widget?tab=install" in mailoutbox[0].body
    row.refresh_from_db()
    assert row.warned_at is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"left": timedelta(days=7, minutes=5)},
        {"left": timedelta(seconds=-1)},
        {"left": timedelta(days=1), "revoked_at": timezone.now()},
        {"left": timedelta(hours=1), "lifetime": timedelta(days=7)},
    ],
    ids=["later", "over", "revoked", "short from the start"],
)
def test_s02_nobody_is_warned_of_others(acme, mailoutbox, fields):
    _token(acme, **fields)
    tasks.warn_of_expiring_tokens()
    assert mailoutbox == []


def test_s02_people_who_left_are_not_warned(acme, mailoutbox):
    acme.admin.user.is_active = False
    acme.admin.user.save()
    factories.make_member(acme.tenant, "manager", email="boss@acme.example")
    _token(acme, left=timedelta(days=2))
    tasks.warn_of_expiring_tokens()
    assert [mail.to for mail in mailoutbox] == [["owner@acme.example"]]


def test_s02_a_mail_server_that_is_down_is_tried_again(acme, mailoutbox, monkeypatch):
    row = _token(acme, left=timedelta(days=2))

    def refuse(self, messages):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        tasks.warn_of_expiring_tokens()
    row.refresh_from_db()
    assert (row.warned_at, mailoutbox) == (None, [])
    tasks.warn_of_expiring_tokens()
    assert len(mailoutbox) == 2


def test_s02_of_two_workers_one_writes(acme, mailoutbox):
    row = _token(acme, left=timedelta(days=2))
    assert [expiry.warn(row.pk), expiry.warn(row.pk)] == [True, False]
    assert len(mailoutbox) == 2
