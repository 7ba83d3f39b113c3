"""Signing in to the API, going on, and being put out."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tenants import credentials, tasks, tokens
from tenants.models import RefreshToken, Role
from tests import factories
from tests.world import Company, World, bearer, signed_in


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


def sign_in(client: Client, email: str, **more: Any) -> Any:
    return post(client, "/api/auth/token", {"email": email, "password": factories.PASSWORD, **more})


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def test_d14_a_password_gives_a_pair_of_tokens(client: Client, acme: Company) -> None:
    answer = sign_in(client, "ADMIN@acme.example")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access", "refresh", "expires_in", "tenant_id", "role"}
    assert (body["expires_in"], body["tenant_id"], body["role"]) == (900, str(acme.tenant.pk), "admin")
    users = client.get("/api/users", headers={"Authorization": f"Bearer {body['access']}"})
    assert users.status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("admin@acme.example", "wrong"), ("nobody@acme.example", factories.PASSWORD)],
    ids=["wrong password", "unknown address"],
)
def test_d14_wrong_credentials_look_the_same(client: Client, acme: Company, email: str, password: str) -> None:
    answer = post(client, "/api/auth/token", {"email": email, "password": password})
    assert (answer.status_code, code(answer)) == (401, "token_invalid")
    assert answer.json()["error"]["message"] == "The e-mail address or the password is wrong."


def test_d14_a_locked_account_gets_no_token(client: Client, acme: Company) -> None:
    acme.admin.user.is_active = False
    acme.admin.user.save()
    assert sign_in(client, "admin@acme.example").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"email": 7, "password": []}',
        b'{"email": "admin@acme.example", "password": "a\\u0000b"}',
        b'{"email": "admin@acme.example", "password": "\\ud800"}',
        b'{"email": "\\ud800@acme.example", "password": "x"}',
        b'{"email": "admin@acme.example", "password": "x", "tenant_id": "acme"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"email": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"email": ' + b"1" * 5_000 + b"}",
        b'{"email": NaN}',
    ],
    ids=range(17),
)
def test_malformed_sign_ins_are_refused(client: Client, acme: Company, body: bytes) -> None:
    answer = client.post("/api/auth/token", body, content_type="application/json")
    assert (answer.status_code, code(answer)) == (400, "invalid_request")


def test_d14_guessing_locks_the_door_for_a_while(client: Client, acme: Company) -> None:
    wrong = {"email": "admin@acme.example", "password": "guess"}
    answers = [post(client, "/api/auth/token", wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert code(answers[-1]) == "rate_limited"
    assert answers[-1]["Retry-After"] == "300"
    assert answers[-1]["X-RateLimit-Remaining"] == "0"
    assert sign_in(client, "admin@acme.example").status_code == 429, "the right password is no way round"
    assert sign_in(client, "owner@acme.example").status_code == 200, "others go on"


def test_d14_a_member_of_two_chooses_the_company(client: Client, acme: Company, globex: Company) -> None:
    factories.make_member(globex.tenant, Role.AGENT, user=acme.owner.user)
    assert sign_in(client, "owner@acme.example").json()["tenant_id"] == str(acme.tenant.pk)
    chosen = sign_in(client, "owner@acme.example", tenant_id=str(globex.tenant.pk)).json()
    assert (chosen["tenant_id"], chosen["role"]) == (str(globex.tenant.pk), "agent")


def test_a_strangers_company_is_not_found(client: Client, acme: Company, globex: Company) -> None:
    for tenant_id in (globex.tenant.pk, uuid.uuid4()):
        answer = sign_in(client, "owner@acme.example", tenant_id=str(tenant_id))
        assert (answer.status_code, code(answer)) == (404, "not_found")


def test_who_belongs_nowhere_gets_no_token(client: Client, db: None) -> None:
    factories.make_user("lonely@example.com")
    answer = sign_in(client, "lonely@example.com")
    assert (answer.status_code, code(answer)) == (403, "forbidden")


def test_staff_name_the_company_they_look_at(client: Client, world: World) -> None:
    assert code(sign_in(client, world.staff.email)) == "invalid_request"
    answer = sign_in(client, world.staff.email, tenant_id=str(world.acme.tenant.pk))
    assert answer.json()["role"] == "owner"
    users = client.get("/api/users", headers={"Authorization": f"Bearer {answer.json()['access']}"})
    assert users.json()["total"] == 4, "looking on makes nobody a member"


def test_d14_refreshing_rotates(client: Client, acme: Company) -> None:
    first = sign_in(client, "agent@acme.example").json()
    second = post(client, "/api/auth/refresh", {"refresh": first["refresh"]})
    assert second.status_code == 200
    assert second.json()["refresh"] != first["refresh"]
    assert post(client, "/api/auth/refresh", {"refresh": second.json()["refresh"]}).status_code == 200


def test_d14_a_refresh_token_used_twice_ends_its_family(client: Client, acme: Company) -> None:
    first = sign_in(client, "agent@acme.example").json()
    other = sign_in(client, "agent@acme.example").json()
    second = post(client, "/api/auth/refresh", {"refresh": first["refresh"]}).json()
    for stale in (first, second):
        answer = post(client, "/api/auth/refresh", {"refresh": stale["refresh"]})
        assert (answer.status_code, code(answer)) == (401, "token_revoked")
    assert post(client, "/api/auth/refresh", {"refresh": other["refresh"]}).status_code == 200, (
        "another sign-in goes on"
    )


def test_an_expired_refresh_token_says_so(client: Client, acme: Company) -> None:
    now = timezone.now()
    claims = credentials._claims(acme.agent, uuid.uuid4(), now - timedelta(minutes=1))
    old = tokens.sign("refresh", {**claims, "iat": now - timedelta(days=15)})
    assert code(post(client, "/api/auth/refresh", {"refresh": old})) == "token_expired"


def test_an_unknown_refresh_token_is_revoked(client: Client, acme: Company) -> None:
    pair = credentials.issue_pair(acme.agent)
    RefreshToken.objects.all().delete()
    assert code(post(client, "/api/auth/refresh", {"refresh": pair.refresh})) == "token_revoked"


def test_d14_a_new_password_ends_every_token(client: Client, acme: Company) -> None:
    pair = credentials.issue_pair(acme.agent)
    acme.agent.user.set_password("another long password")
    acme.agent.user.save()
    answer = client.get("/api/users", headers={"Authorization": f"Bearer {pair.access}"})
    assert code(answer) == "token_revoked"
    assert code(post(client, "/api/auth/refresh", {"refresh": pair.refresh})) == "token_revoked"


def test_d14_signing_out_of_the_page_ends_refresh_tokens(acme: Company, client: Client) -> None:
    pair = credentials.issue_pair(acme.agent)
    signed_in(acme.agent).post("/accounts/logout/")
    assert code(post(client, "/api/auth/refresh", {"refresh": pair.refresh})) == "token_revoked"


def test_d14_removal_ends_tokens_at_once(acme: Company, client: Client) -> None:
    pair, headers = credentials.issue_pair(acme.agent), bearer(acme.owner)
    assert client.delete(f"/api/users/{acme.agent.user_id}", headers=headers).status_code == 204
    assert code(client.get("/api/users", headers={"Authorization": f"Bearer {pair.access}"})) == "token_revoked"
    assert code(post(client, "/api/auth/refresh", {"refresh": pair.refresh})) == "token_revoked"


def test_the_role_is_the_one_of_now(acme: Company, client: Client) -> None:
    headers = bearer(acme.admin)
    assert client.get("/api/users", headers=headers).status_code == 200
    acme.admin.role = Role.AGENT
    acme.admin.save()
    answer = client.get("/api/users", headers=headers)
    assert (answer.status_code, code(answer)) == (403, "forbidden")


def test_an_access_token_is_read_in_one_query(acme: Company, django_assert_num_queries: Any) -> None:
    token = credentials.issue_access(acme.agent)
    with django_assert_num_queries(1):
        found = credentials.read_access(token)
        assert (found.user.email, found.tenant.name, found.role) == ("agent@acme.example", "Acme", Role.AGENT)


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "bearer"])
def test_calls_without_a_token_say_how(client: Client, db: None, header: str) -> None:
    answer = client.get("/api/users", headers={"Authorization": header})
    assert answer.status_code == 401
    assert code(answer) in ("token_missing", "token_invalid")
    assert "/api/auth/token" in answer.json()["error"]["message"]


def test_a_page_gets_an_access_token(acme: Company) -> None:
    answer = signed_in(acme.manager).post("/api/auth/session")
    assert answer.status_code == 200
    assert answer.json()["role"] == "manager"
    assert credentials.read_access(answer.json()["access"]).place == acme.manager


def test_a_page_token_needs_the_cookie_and_the_csrf_token(acme: Company, client: Client) -> None:
    answer = client.post("/api/auth/session")
    assert (answer.status_code, code(answer)) == (401, "token_missing")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(acme.agent.user)
    answer = strict.post("/api/auth/session")
    assert (answer.status_code, code(answer)) == (403, "forbidden")


def test_a_page_token_is_for_the_company_looked_at(acme: Company, globex: Company) -> None:
    factories.make_member(globex.tenant, Role.AGENT, user=acme.owner.user)
    browser = signed_in(acme.owner)
    browser.post("/switch", {"tenant": str(globex.tenant.pk)})
    assert browser.post("/api/auth/session").json()["tenant_id"] == str(globex.tenant.pk)


def test_what_has_expired_is_swept_away(acme: Company) -> None:
    credentials.issue_pair(acme.agent)
    credentials.issue_pair(acme.owner)
    signed_in(acme.agent)
    signed_in(acme.owner)
    earlier = timezone.now() - timedelta(minutes=1)
    RefreshToken.objects.filter(user=acme.agent.user).update(expires_at=earlier)
    Session.objects.filter(pk=Session.objects.values_list("pk").first()[0]).update(expire_date=earlier)
    tasks.prune_expired()
    assert RefreshToken.objects.get().user == acme.owner.user
    assert Session.objects.count() == 1
