"""P8: GET, POST /api/tokens; GET, PATCH, DELETE /api/tokens/{id}."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tenants import api_tokens
from tenants.access import staff_membership
from tenants.models import ApiToken, AuditEntry, Role
from tests.tenants.api_tokens import issue
from tests.world import Company, World, bearer

PATH = "/api/tokens"
FIELDS = {
    "id", "label", "role", "state", "prefix", "last4", "created_by", "created_at", "expires_at", "last_used_at",
    "revoked_at",
}  # fmt: skip


class Caller:
    """A program that calls with these headers and JSON."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(), method)(path, headers=self.headers, **sent)


@pytest.fixture
def admin(acme: Company) -> Caller:
    return Caller(bearer(acme.admin))


def test_p08_issuing_shows_the_token_this_once(acme: Company, admin: Caller) -> None:
    answer = admin("post", PATH, {"label": "CRM sync", "role": "manager", "expires_in": 3600})
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == FIELDS | {"token"}
    assert (made["label"], made["role"], made["state"]) == ("CRM sync", "manager", "active")
    assert made["created_by"] == str(acme.admin.user_id)
    left = parse_datetime(made["expires_at"]) - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    theirs = Caller({"Authorization": f"Bearer {made['token']}"})
    assert theirs("get", "/api/conversations").status_code == 200
    shown = admin("get", f"{PATH}/{made['id']}").json()
    assert set(shown) == FIELDS
    assert shown["last_used_at"] is not None
    assert made["token"].startswith(shown["prefix"])
    assert made["token"].endswith(shown["last4"])


@pytest.mark.parametrize(("given", "days"), [({}, 90), ({"expires_in": 31_536_000}, 365), ({"expires_in": None}, None)])
def test_p08_how_long_it_is_good(admin: Caller, given: dict[str, Any], days: int | None) -> None:
    assert admin("post", PATH, {"label": "x", "role": "agent"} | given).status_code == 201
    row = ApiToken.objects.get()
    assert (row.expires_at and (row.expires_at - row.created_at).days) == days


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"label": " "}, "label"),
        ({"label": "x" * 81}, "label"),
        ({"label": "a\x00b"}, "label"),
        ({"label": "\ud800"}, "label"),
        ({"label": ["x"]}, "label"),
        ({"role": "owner"}, "role"),
        ({"role": None}, "role"),
        ({"expires_in": 59}, "expires_in"),
        ({"expires_in": 31_536_001}, "expires_in"),
        ({"expires_in": "soon"}, "expires_in"),
        ({"expires_in": 1e400}, "expires_in"),
    ],
)
def test_p08_wrong_wishes_are_refused_by_field(admin: Caller, wrong: dict[str, Any], field: str) -> None:
    answer = admin("post", PATH, {"label": "CRM", "role": "agent"} | wrong)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid_request")
    assert field in error.get("fields", {"expires_in": 1})
    assert not ApiToken.objects.exists()


def test_p08_label_and_number_are_limited(acme: Company, admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(acme)
    answer = admin("post", PATH, {"label": "crm SYNC", "role": "agent"})
    assert (answer.status_code, "label" in answer.json()["error"]["fields"]) == (400, True)
    monkeypatch.setattr(api_tokens, "MOST", 1)
    answer = admin("post", PATH, {"label": "Second", "role": "agent"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, api_tokens.FULL)


def test_p08_the_list_comes_in_pages_the_newest_first(acme: Company, globex: Company, admin: Caller) -> None:
    old, _ = issue(acme, label="Old")
    new, _ = issue(acme, label="New")
    issue(globex, label="Theirs")
    api_tokens.revoke(old)
    page = admin("get", PATH).json()
    assert [(row["label"], row["state"]) for row in page["tokens"]] == [("New", "active"), ("Old", "revoked")]
    assert (page["total"], page["limit"], page["offset"]) == (2, 50, 0)
    second = admin("get", f"{PATH}?limit=1&offset=1").json()["tokens"]
    assert [row["id"] for row in second] == [str(old.pk)]
    ApiToken.objects.filter(pk=new.pk).update(expires_at=timezone.now())
    assert admin("get", f"{PATH}/{new.pk}").json()["state"] == "expired"


def test_p08_the_list_costs_the_same_for_one_and_for_many(
    acme: Company, admin: Caller, django_assert_num_queries: Any
) -> None:
    for label in "abc":
        issue(acme, label=label)
        with django_assert_num_queries(3):  # who calls; the tokens; how many
            admin("get", PATH)


def test_p08_renaming_keeps_the_token(acme: Company, admin: Caller) -> None:
    row, headers = issue(acme)
    answer = admin("patch", f"{PATH}/{row.pk}", {"label": "Shop"})
    assert (answer.status_code, answer.json()["label"]) == (200, "Shop")
    assert Caller(headers)("get", "/api/conversations").status_code == 200
    issue(acme, label="CRM sync")
    answer = admin("patch", f"{PATH}/{row.pk}", {"label": "CRM sync"})
    assert (answer.status_code, "label" in answer.json()["error"]["fields"]) == (400, True)
    entry = AuditEntry.objects.get(verb="api_token.renamed")
    assert entry.details == {"changes": {"label": ["CRM sync", "Shop"]}}


def test_p08_revoking_takes_effect_with_the_next_call(acme: Company, admin: Caller) -> None:
    row, headers = issue(acme)
    for _ in range(2):
        assert admin("delete", f"{PATH}/{row.pk}").status_code == 204
    assert Caller(headers)("get", "/api/conversations").json()["error"]["code"] == "token_revoked"
    assert AuditEntry.objects.filter(verb="api_token.revoked").count() == 1


def test_p08_another_companys_tokens_are_not_found(acme: Company, globex: Company, admin: Caller) -> None:
    theirs, _ = issue(globex)
    for pk in (theirs.pk, uuid.uuid4()):
        calls = [admin("get", f"{PATH}/{pk}"), admin("patch", f"{PATH}/{pk}", {"label": "x"})]
        calls.append(admin("delete", f"{PATH}/{pk}"))
        assert [answer.status_code for answer in calls] == [404] * 3
    assert ApiToken.objects.get().revoked_at is None


def test_p08_tokens_are_for_admins(acme: Company) -> None:
    row, _ = issue(acme)
    manager = Caller(bearer(acme.manager))
    calls = [manager("get", PATH), manager("post", PATH, {}), manager("delete", f"{PATH}/{row.pk}")]
    assert [answer.status_code for answer in calls] == [403] * 3


def test_p08_of_the_platforms_staff_no_id_is_shown(world: World) -> None:
    staff = staff_membership(world.staff, world.acme.tenant.pk)
    assert staff is not None
    made = Caller(bearer(staff))("post", PATH, {"label": "Support", "role": "agent"}).json()
    assert made["created_by"] is None
    assert ApiToken.objects.get().created_by == world.staff
    assert Caller(bearer(world.acme.admin))("get", PATH).json()["tokens"][0]["created_by"] is None


def test_p08_the_schema_tells_of_both_kinds_of_tokens(client: Client, db: None) -> None:
    schema = client.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert "API token" in schema["components"]["securitySchemes"]["dashboardToken"]["description"]
    assert set(schema["paths"]["/api/tokens"]) == {"get", "post"}
    assert schema["components"]["schemas"]["IssueToken"]["properties"]["role"]
    assert Role.OWNER not in str(schema["components"]["schemas"]["IssueToken"])
