"""P8: a company's programs call the dashboard API with tokens of their own."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from tenants import api_tokens, rates, services, wall
from tenants.access import staff_membership
from tenants.authentication import DashboardAuthentication
from tenants.models import ApiToken, AuditEntry, Role
from tenants.redacting import redact
from tests import factories
from tests.dashboard import Dashboard
from tests.servers import Web
from tests.tenants.api_tokens import issue
from tests.world import Company, World, bearer
from tracking.redaction import redact as redact_outcome

LIST = "/api/conversations"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def words(answer: Any) -> str:
    return str(answer.json()["error"]["message"])


# --- What it opens ----------------------------------------------------------------------------------------------------
def test_p08_a_token_opens_its_own_company_and_no_other(client: Client, acme: Company, globex: Company) -> None:
    _, headers = issue(acme)
    listed = client.get(LIST, headers=headers).json()["conversations"]
    assert [row["id"] for row in listed] == [str(acme.conversation.pk)]
    assert client.get(f"{LIST}/{globex.conversation.pk}", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("role", "statuses"), [("agent", [200, 403, 403]), ("manager", [200, 200, 403]), ("admin", [200, 200, 200])]
)
def test_p08_a_token_reaches_as_far_as_its_role(client: Client, acme: Company, role: str, statuses: list[int]) -> None:
    _, headers = issue(acme, role)
    paths = (LIST, "/api/reviews", "/api/users")
    assert [client.get(path, headers=headers).status_code for path in paths] == statuses


def test_p08_an_agents_token_sees_what_nobody_has(client: Client, acme: Company) -> None:
    _, headers = issue(acme, Role.AGENT)
    assert client.get(f"{LIST}/{acme.conversation.pk}", headers=headers).status_code == 200
    acme.conversation.assigned_to = acme.agent.user
    acme.conversation.save()
    assert client.get(f"{LIST}/{acme.conversation.pk}", headers=headers).status_code == 404
    answer = client.get(LIST, {"assigned_to": "me"}, headers=headers)
    assert code(answer) == (400, "invalid_request")
    assert "assigned_to" in answer.json()["error"]["fields"]


@pytest.mark.parametrize(
    "token",
    ["ac_", "ac_0", "ac_" + "x" * 49, "ac_" + "ü" * 49, "ac_" + "x" * 5000, "AC_" + "x" * 49, "ac_\x00" + "x" * 48],
)
def test_p08_what_isnt_a_token_is_refused_without_a_query(
    client: Client, db: None, token: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(LIST, headers={"Authorization": f"Bearer {token}"})
    assert code(answer) == (401, "token_invalid")


def test_p08_a_whole_token_that_nobody_issued_is_refused(client: Client, db: None) -> None:
    token = api_tokens._make()
    assert api_tokens.is_whole(token)
    answer = client.get(LIST, headers={"Authorization": f"Bearer {token}"})
    assert code(answer) == (401, "token_invalid")
    assert "Settings → API tokens" in words(answer)


def test_p08_one_wrong_letter_is_found_by_the_checksum(acme: Company) -> None:
    token = issue(acme)[1]["Authorization"].removeprefix("Bearer ")
    assert len(token) == 52
    wrong = [token[:n] + ("b" if token[n] == "a" else "a") + token[n + 1 :] for n in range(3, 52)]
    assert not any(api_tokens.is_whole(one) for one in wrong)


def test_p08_its_time_is_over_or_it_is_revoked(client: Client, acme: Company) -> None:
    row, headers = issue(acme, lifetime=timedelta(days=1))
    assert client.get(LIST, headers=headers).status_code == 200
    ApiToken.objects.update(expires_at=timezone.now())
    answer = client.get(LIST, headers=headers)
    assert (code(answer), "has expired" in words(answer)) == ((401, "token_expired"), True)
    assert answer["WWW-Authenticate"] == "Bearer"
    api_tokens.revoke(row)
    answer = client.get(LIST, headers=headers)
    assert (code(answer), "was revoked" in words(answer)) == ((401, "token_revoked"), True)


def test_p08_a_token_is_of_no_use_as_any_other_kind(client: Client, acme: Company) -> None:
    _, headers = issue(acme)
    assert code(client.get(f"/api/widgets/{acme.tenant.pk}/config", headers=headers)) == (401, "token_invalid")
    body = {"refresh": headers["Authorization"].removeprefix("Bearer ")}
    answer = client.post("/api/auth/refresh", body, content_type="application/json")
    assert code(answer) == (401, "token_invalid")


# --- What is kept of it -----------------------------------------------------------------------------------------------
def test_p08_of_a_token_only_a_hash_is_kept(acme: Company) -> None:
    row, headers = issue(acme)
    secret = headers["Authorization"].removeprefix("Bearer ")
    row.refresh_from_db()
    kept = json.dumps({name: str(value) for name, value in vars(row).items()})
    assert secret[7:-4] not in kept
    assert row.hint == f"{secret[:7]}…{secret[-4:]}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_auditentry e WHERE e::text LIKE %s", [f"%{secret[8:-5]}%"])
        assert cursor.fetchone() == (0,)


def test_p08_our_own_redactors_know_it(acme: Company) -> None:
    secret = issue(acme)[1]["Authorization"].removeprefix("Bearer ")
    assert redact(f"used {secret}.") == "used [redacted]."
    assert redact(f"Authorization: Bearer {secret}") == "Authorization: [redacted]"
    assert redact_outcome(f"it is {secret}, thanks") == "it is [secret], thanks"
    assert redact("the ac_unit_in_room_seven hums") == "the ac_unit_in_room_seven hums"


def test_p08_the_door_asks_once_and_keeps_the_last_use_to_the_minute(
    acme: Company, django_assert_num_queries: Any
) -> None:
    row, headers = issue(acme)
    door, request = DashboardAuthentication(), RequestFactory().get(LIST, headers=headers)
    with wall.door(), django_assert_num_queries(2):  # whose it is, and that it was used
        door.authenticate(request)
    row.refresh_from_db()
    first = row.last_used_at
    assert first is not None
    with wall.door(), django_assert_num_queries(1):
        door.authenticate(request)
        assert wall.within() == str(acme.tenant.pk)
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    with wall.door(), django_assert_num_queries(2):
        door.authenticate(request)
    row.refresh_from_db()
    assert row.last_used_at >= first


@pytest.mark.django_db(transaction=True)
def test_p08_noting_its_use_holds_no_call_up(world: World) -> None:
    """Whoever has the row locked, such as a slow transaction, is left alone."""
    _, headers = issue(world.acme)
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            ApiToken.objects.select_for_update().get()
            locked.set()
            done.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        try:
            assert locked.wait(30)
            assert Client().get(LIST, headers=headers).status_code == 200
        finally:
            done.set()
        holding.result()
    assert ApiToken.objects.get().last_used_at is None
    Client().get(LIST, headers=headers)
    assert ApiToken.objects.get().last_used_at is not None


# --- Who may issue which ----------------------------------------------------------------------------------------------
def test_p08_no_token_is_an_owner(acme: Company) -> None:
    with pytest.raises(PermissionDenied):
        issue(acme, Role.OWNER)
    row, _ = issue(acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=row.pk).update(role=Role.OWNER)


def test_p08_who_was_an_admin_a_moment_ago_issues_none(acme: Company) -> None:
    stale = acme.admin
    services.change_role(membership=acme.admin, role=Role.MANAGER, by=acme.owner)
    assert stale.role == Role.ADMIN
    with pytest.raises(PermissionDenied):
        api_tokens.issue(by=stale, label="Mine", role=Role.AGENT, lifetime=None)
    services.remove_member(membership=acme.admin, by=acme.owner)
    with pytest.raises(PermissionDenied):
        api_tokens.issue(by=stale, label="Mine", role=Role.AGENT, lifetime=None)


def test_p08_two_tokens_in_use_arent_called_the_same(acme: Company, globex: Company) -> None:
    row, _ = issue(acme)
    with pytest.raises(api_tokens.LabelTaken):
        issue(acme, label=" crm   SYNC ")
    issue(globex)
    api_tokens.revoke(row)
    issue(acme)


def test_p08_a_company_has_a_limited_number(acme: Company, globex: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_tokens, "MOST", 2)
    first, _ = issue(acme, label="1")
    issue(acme, label="2", lifetime=timedelta(days=1))
    with pytest.raises(api_tokens.TooMany):
        issue(acme, label="3")
    issue(globex, label="3")
    ApiToken.objects.filter(label="2").update(expires_at=timezone.now())
    issue(acme, label="3")
    api_tokens.revoke(first)
    issue(acme, label="4")


@pytest.mark.django_db(transaction=True)
def test_p08_the_limit_holds_however_many_press_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_tokens, "MOST", 3)

    def press(number: int) -> bool:
        try:
            issue(world.acme, label=str(number))
        except api_tokens.TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(8))) == 3
    assert ApiToken.objects.count() == AuditEntry.objects.filter(verb="api_token.issued").count() == 3


# --- It is the company's ----------------------------------------------------------------------------------------------
def test_p08_a_token_outlives_who_issued_it(client: Client, acme: Company) -> None:
    row, token = api_tokens.issue(by=acme.admin, label="Theirs", role=Role.ADMIN, lifetime=None)
    headers = {"Authorization": f"Bearer {token}"}
    services.change_role(membership=acme.admin, role=Role.AGENT, by=acme.owner)
    assert client.get("/api/users", headers=headers).status_code == 200
    assert ApiToken.objects.with_issuer().get(pk=row.pk).issuer_problem == "now agent"
    services.remove_member(membership=acme.admin, by=acme.owner)
    assert client.get("/api/users", headers=headers).status_code == 200
    assert ApiToken.objects.with_issuer().get(pk=row.pk).issuer_problem == "who left"
    acme.admin.user.delete()
    assert client.get("/api/users", headers=headers).status_code == 200


def test_p08_a_token_ends_with_its_company(client: Client, acme: Company) -> None:
    _, headers = issue(acme)
    acme.tenant.delete()
    assert code(client.get(LIST, headers=headers)) == (401, "token_invalid")


# --- What is for people alone -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["token", "refresh", "session"])
def test_p08_a_token_signs_nobody_in(client: Client, acme: Company, path: str) -> None:
    _, headers = issue(acme)
    body = {"email": "owner@acme.example", "password": factories.PASSWORD}
    answer = client.post(f"/api/auth/{path}", body, content_type="application/json", headers=headers)
    assert code(answer) == (403, "forbidden")
    assert "a person who signs in" in words(answer)


def test_p08_a_token_manages_no_tokens(client: Client, acme: Company) -> None:
    row, headers = issue(acme)
    path = f"/api/tokens/{row.pk}"
    calls = [
        client.post(
            "/api/tokens", {"label": "More", "role": "admin"}, content_type="application/json", headers=headers
        ),
        client.patch(path, {"label": "Other"}, content_type="application/json", headers=headers),
        client.delete(path, headers=headers),
    ]
    assert [code(answer) for answer in calls] == [(403, "forbidden")] * 3
    assert all("a person who signs in" in words(answer) for answer in calls)
    assert client.get("/api/tokens", headers=headers).json()["total"] == 1
    assert client.get(path, headers=headers).status_code == 200


def test_p08_a_token_turns_no_switch_of_the_platform(client: Client, world: World) -> None:
    staff = staff_membership(world.staff, world.acme.tenant.pk)
    assert staff is not None
    _, token = api_tokens.issue(by=staff, label="Staff’s", role=Role.ADMIN, lifetime=None)
    for headers in (issue(world.acme)[1], {"Authorization": f"Bearer {token}"}):
        assert client.get("/api/users", headers=headers).status_code == 200
        assert code(client.get("/api/grain", headers=headers)) == (403, "forbidden")


@pytest.mark.django_db(transaction=True)
def test_p08_a_token_opens_no_socket(web: Web, world: World) -> None:
    _, headers = issue(world.acme)
    with Dashboard(web, origin="") as dashboard:
        dashboard.send({"type": "auth", "token": headers["Authorization"].removeprefix("Bearer ")})
        refusal = dashboard.next()
        assert (refusal["type"], refusal["code"]) == ("error", "forbidden")
        assert "a person who signs in" in refusal["message"]
        assert dashboard.end()[1] == 4403


# --- How fast ---------------------------------------------------------------------------------------------------------
def test_p08_each_answer_says_how_many_calls_are_left(
    client: Client, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_tokens, "CALLS", 3)
    monkeypatch.setattr(api_tokens, "CALLS_OF_ALL", 5)
    now = timezone.now().replace(second=15, microsecond=0)
    monkeypatch.setattr(rates.timezone, "now", lambda: now)
    _, headers = issue(acme)
    answers = [client.get(path, headers=headers) for path in (LIST, "/api/grain", LIST, LIST)]
    assert [answer.status_code for answer in answers] == [200, 403, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer["X-RateLimit-Limit"] for answer in answers} == {"3"}
    assert {answer["X-RateLimit-Reset"] for answer in answers} == {str(int(now.timestamp()) + 45)}
    assert (code(answers[3]), answers[3]["Retry-After"]) == ((429, "rate_limited"), "45")
    _, others = issue(acme, label="Second")
    assert [client.get(LIST, headers=others).status_code for _ in range(2)] == [200, 429], "of all tokens together"
    assert client.get(LIST, headers=bearer(acme.owner)).status_code == 200, "people go on"
    assert "X-RateLimit-Limit" not in client.get(LIST, headers=bearer(acme.owner))
