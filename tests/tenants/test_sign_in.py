"""Signing up, in and out, the lock on guessing, and a forgotten password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.test import Client
from kombu.exceptions import OperationalError

from tenants import tasks
from tenants.models import Membership, Role, Tenant, User
from tests import factories
from tests.world import Company, signed_in

NEW = {"name": "Nora New", "company": "Newton’s", "email": "Nora@Newton.example", "password1": "correct horse battery"}


@pytest.fixture(autouse=True)
def _worker() -> Iterator[None]:
    """A worker that does each task at once."""
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def sign_in(client: Client, email: str, password: str = factories.PASSWORD, **extra: Any) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password}, **extra)


def test_d14_signing_up_makes_a_company_with_its_owner(client: Client, db: None) -> None:
    answer = client.post("/accounts/signup/", NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    membership = Membership.objects.select_related("user", "tenant").get()
    assert (membership.role, membership.tenant.name, membership.tenant.plan_id) == ("owner", "Newton’s", "starter")
    assert (membership.user.email, membership.user.name) == ("nora@newton.example", "Nora New")
    assert client.get("/settings/people").status_code == 200, "signed in, and an owner"
    assert mail.outbox[0].to == ["nora@newton.example"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"company": " "},
        {"company": "a\x00b"},
        {"email": "nobody"},
        {"password1": "short"},
        {"password1": "password1234"},
        {"email": "owner@acme.example"},
        {"email": "OWNER@ACME.example"},
    ],
)
def test_d14_a_wrong_sign_up_makes_nothing(acme: Company, client: Client, wrong: dict[str, str]) -> None:
    before = (User.objects.count(), Tenant.objects.count())
    assert client.post("/accounts/signup/", {**NEW, **wrong}).status_code == 200
    assert (User.objects.count(), Tenant.objects.count()) == before


def test_an_address_with_an_account_is_told_to_sign_in(acme: Company, client: Client) -> None:
    page = client.post("/accounts/signup/", {**NEW, "email": "owner@acme.example"}).content.decode()
    assert "There is an account for this address already. Sign in with it." in page


def test_d14_signing_in_and_out(acme: Company, client: Client) -> None:
    answer = sign_in(client, "Agent@Acme.example")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/settings/profile").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/settings/profile").status_code == 302


def test_signing_in_goes_where_one_wanted(acme: Company, client: Client) -> None:
    answer = client.post("/accounts/login/?next=/settings/profile", {
        "login": "agent@acme.example", "password": factories.PASSWORD, "next": "/settings/profile",
    })  # fmt: skip
    assert answer["Location"] == "/settings/profile"
    other = client.post("/accounts/logout/?next=https://evil.example/", {"next": "https://evil.example/"})
    assert other["Location"] == "/"


def test_a_session_gets_a_new_key_at_sign_in(acme: Company, client: Client) -> None:
    client.get("/accounts/login/")
    client.cookies["autochat_session"] = "fixed-by-somebody-else"
    sign_in(client, "agent@acme.example")
    assert client.cookies["autochat_session"].value != "fixed-by-somebody-else"
    assert client.cookies["autochat_session"]["httponly"]
    assert client.cookies["autochat_session"]["samesite"] == "Lax"


def test_d14_passwords_are_kept_by_argon2(acme: Company) -> None:
    assert User.objects.get(email="agent@acme.example").password.startswith("argon2$argon2id$")


def test_d14_guessing_locks_the_page_for_a_while(acme: Company, client: Client) -> None:
    for _ in range(5):
        assert "password is wrong" in sign_in(client, "agent@acme.example", "guess").content.decode()
    answer = sign_in(client, "agent@acme.example")
    assert "Too many wrong passwords" in answer.content.decode()
    assert client.get("/settings/profile").status_code == 302


def test_d14_page_and_api_share_the_lock(acme: Company, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "agent@acme.example", "guess")
    body = {"email": "AGENT@acme.example", "password": factories.PASSWORD}
    assert client.post("/api/auth/token", body, content_type="application/json").status_code == 429


def test_one_address_that_tries_many_accounts_is_slowed(acme: Company, client: Client) -> None:
    answers = [sign_in(client, f"person{number}@acme.example", "guess") for number in range(12)]
    assert "Too many wrong passwords" in answers[-1].content.decode()
    other = sign_in(client, "agent@acme.example", REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 302, "another address goes on"


def test_a_server_without_peer_addresses_lets_people_in(acme: Company, client: Client) -> None:
    assert sign_in(client, "agent@acme.example", REMOTE_ADDR="").status_code == 302


def reset_link(client: Client, email: str) -> str:
    assert client.post("/accounts/password/reset/", {"email": email}).status_code == 302
    found = re.search(r"http://\S+?(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_d14_a_forgotten_password_is_reset_by_mail(acme: Company, client: Client) -> None:
    page = client.get(reset_link(client, "agent@acme.example"), follow=True)
    form = page.request["PATH_INFO"]
    answer = client.post(form, {"password1": "a brand new password", "password2": "a brand new password"})
    assert answer.status_code == 302
    assert sign_in(Client(), "agent@acme.example").status_code == 200, "the old one is over"
    assert sign_in(Client(), "agent@acme.example", "a brand new password").status_code == 302


def test_the_reset_link_names_our_own_address(acme: Company, client: Client, settings: Any) -> None:
    client.post("/accounts/password/reset/", {"email": "agent@acme.example"}, headers={"Host": "localhost"})
    assert f"{settings.PUBLIC_URL}/accounts/password/reset/key/" in mail.outbox[-1].body


def test_d14_an_unknown_address_looks_the_same(acme: Company, client: Client) -> None:
    known = client.post("/accounts/password/reset/", {"email": "agent@acme.example"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@acme.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_a_changed_password_signs_out(acme: Company, client: Client) -> None:
    browser, elsewhere = signed_in(acme.agent), signed_in(acme.agent)
    answer = browser.post(
        "/accounts/password/change/",
        {"oldpassword": factories.PASSWORD, "password1": "a brand new password", "password2": "a brand new password"},
    )
    assert answer.status_code == 302
    assert elsewhere.get("/settings/profile").status_code == 302


def test_mail_goes_out_without_a_broker(acme: Company, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.send_mail, "delay", refuse)
    assert reset_link(client, "agent@acme.example")


def test_who_belongs_nowhere_may_start_a_company(client: Client, db: None) -> None:
    user = factories.make_user("lonely@example.com")
    client.force_login(user)
    assert "You belong to no company yet" in client.get("/settings/profile").content.decode()
    client.post("/companies", {"company": "  "})
    assert not Tenant.objects.exists()
    client.post("/companies", {"company": "Mine"})
    assert Membership.objects.get(user=user).role == Role.OWNER
    assert client.get("/settings/people").status_code == 200


def test_a_locked_account_cannot_sign_in(acme: Company, client: Client) -> None:
    browser = signed_in(acme.agent)
    User.objects.filter(pk=acme.agent.user_id).update(is_active=False)
    assert sign_in(client, "agent@acme.example")["Location"] == "/accounts/inactive/"
    assert browser.get("/settings/profile").status_code == 302


def test_somebody_in_a_hurry_gets_a_page_that_says_so(client: Client, db: None) -> None:
    answers = [client.post("/accounts/signup/", {"email": "x"}) for _ in range(21)]
    assert [answers[0].status_code, answers[-1].status_code] == [200, 429]
    assert "Slow down for a moment" in answers[-1].content.decode()
