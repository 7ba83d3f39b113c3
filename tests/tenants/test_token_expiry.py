"""P8: admins hear of the end of an API token in use seven days before it, once; what ended long ago is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from autochat.celery import app
from tenants import tasks, token_expiry
from tenants.models import ApiToken, AuditEntry
from tests.tenants.api_tokens import issue
from tests.world import Company, bearer

DAY = timedelta(days=1)


def ending(company: Company, *, left: timedelta, lifetime: timedelta = 90 * DAY, **fields: Any) -> ApiToken:
    row, _ = issue(company)
    ends = timezone.now() + left
    values = {"expires_at": ends, "created_at": ends - lifetime, "last_used_at": timezone.now()} | fields
    ApiToken.objects.filter(pk=row.pk).update(**values)
    return row


def test_p08_admins_and_owners_are_warned_once(acme: Company, globex: Company, mailoutbox: list[Any]) -> None:
    ending(acme, left=6 * DAY)
    assert any(entry["task"] == tasks.warn_of_expiring_api_tokens.name for entry in app.conf.beat_schedule.values())
    for _ in range(2):
        tasks.warn_of_expiring_api_tokens()
    assert sorted(mail.to for mail in mailoutbox) == [["admin@acme.example"], ["owner@acme.example"]]
    assert mailoutbox[0].subject == "The API token “CRM sync” expires soon"
    assert "/settings/tokens" in mailoutbox[0].body


@pytest.mark.parametrize(
    "fields",
    [
        {"left": 8 * DAY},
        {"left": -DAY},
        {"left": DAY, "revoked_at": timezone.now()},
        {"left": DAY, "lifetime": 7 * DAY},
        {"left": DAY, "last_used_at": None},
    ],
    ids=["later", "over", "revoked", "short from the start", "never used"],
)
def test_p08_nobody_is_warned_of_others(acme: Company, mailoutbox: list[Any], fields: dict[str, Any]) -> None:
    ending(acme, **fields)
    tasks.warn_of_expiring_api_tokens()
    assert mailoutbox == []


def test_p08_a_mail_server_that_is_down_is_tried_again(
    acme: Company, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ending(acme, left=DAY)

    def down(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", down)
        tasks.warn_of_expiring_api_tokens()
    tasks.warn_of_expiring_api_tokens()
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("ended", ["revoked_at", "expires_at"])
def test_p08_what_ended_400_days_ago_is_forgotten(acme: Company, ended: str) -> None:
    old, _ = issue(acme, label="Old")
    new, headers = issue(acme, label="New")
    Client().patch("/api/widget", {"theme": "dark"}, content_type="application/json", headers=headers)
    ApiToken.objects.filter(pk=old.pk).update(**{ended: timezone.now() - 401 * DAY})
    ApiToken.objects.filter(pk=new.pk).update(**{ended: timezone.now() - 399 * DAY})
    tasks.prune_expired()
    assert list(ApiToken.objects.values_list("label", flat=True)) == ["New"]
    ApiToken.objects.update(**{ended: timezone.now() - 401 * DAY})
    token_expiry.forget()
    assert AuditEntry.objects.get(verb="widget.changed").actor_name == "New", "what it did stays"
    listed = Client().get(f"/api/audit?person={new.pk}", headers=bearer(acme.owner))
    assert listed.status_code == 200
