"""D1, S2, S4 through the dashboard API: settings, sites, tokens (contract §4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tenants.models import Role
from tests.widgets.door import Door, code_of
from tests.world import bearer
from widgets import tokens
from widgets.models import AllowedDomain, WidgetSettings, WidgetToken


def call(who, method, path, body=None):
    """Call the dashboard API as this member."""
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(Client(raise_request_exception=False), method)(f"/api/widget{path}", headers=bearer(who), **data)


PATHS = [("get", ""), ("patch", ""), ("get", "/domains"), ("post", "/domains"), ("get", "/tokens"), ("post", "/tokens")]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_d14_only_admins_and_owners(acme, method, path, role):
    assert code_of(call(acme.member(role), method, path, {} if method != "get" else None)) == (403, "forbidden")


def test_d01_a_change_is_answered_with_all_settings(acme):
    changed = call(acme.admin, "patch", "", {"name": "Ada"}).json()
    assert changed == call(acme.admin, "get", "").json()


def test_d01_settings_without_a_row_are_the_defaults(acme):
    body = call(acme.admin, "get", "").json()
    assert body == {
        "name": "",
        "primary_color": "#0b5d4e",
        "position": "bottom-right",
        "theme": "auto",
        "greeting_message": "",
        "avatar_url": "",
        "header_logo_url": "",
        "header_wordmark_url": "",
        "show_branding": True,
        "locale": "auto",
        "prechat": {"required": []},
        "human_only": False,
        "allow_missing_origin": False,
        "away_message": "",
        "voice_number": "",
        "hours": None,
    }
    assert not WidgetSettings.objects.filter(tenant=acme.tenant).exists()


def test_d01_what_is_patched_is_what_the_widget_gets(acme, globex):
    change = {"name": "Help", "primary_color": "#aabbcc", "prechat": {"required": ["email", "name", "email"][:2]}}
    response = call(acme.admin, "patch", "", change)
    assert response.status_code == 200
    assert response.json()["prechat"] == {"required": ["name", "email"]}
    config = Door(acme).get("config").json()["config"]
    assert (config["name"], config["widget"]["primaryColor"]) == ("Help", "#aabbcc")
    assert config["prechat"] == {"required": ["name", "email"]}
    again = call(acme.owner, "patch", "", {"theme": "dark"}).json()
    assert (again["theme"], again["name"]) == ("dark", "Help")
    assert Door(globex).get("config").json()["config"]["name"] == "Globex"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("primary_color", "red"),
        ("primary_color", "#12345"),
        ("position", "middle"),
        ("theme", "blue"),
        ("avatar_url", "javascript:alert(1)"),
        ("header_logo_url", "ftp://acme.example/a.png"),
        ("locale", "english, please"),
        ("voice_number", "call me"),
        ("prechat", {"required": ["shoe size"]}),
        ("prechat", ["name"]),
        ("human_only", "perhaps"),
        ("name", "x" * 61),
    ],
)
def test_d01_settings_that_make_no_sense_are_refused_by_field(acme, field, value):
    response = call(acme.admin, "patch", "", {field: value})
    assert code_of(response) == (400, "invalid_request")
    assert list(response.json()["error"]["fields"]) == [field]


def test_s04_domains_are_listed_added_changed_and_removed(acme):
    added = call(acme.admin, "post", "/domains", {"domain": "https://Shop.Acme.com/x"})
    assert (added.status_code, added.json()["domain"]) == (201, "shop.acme.com")
    url = f"/domains/{added.json()['id']}"
    assert call(acme.admin, "get", url).json() == added.json()
    assert code_of(Door(acme, origin="https://evil.example").get("config"))[0] == 403
    assert call(acme.admin, "patch", url, {"domain": "*.acme.com"}).json()["domain"] == "*.acme.com"
    listed = call(acme.admin, "get", "/domains").json()
    assert ([row["domain"] for row in listed["domains"]], listed["total"]) == (["*.acme.com"], 1)
    assert call(acme.admin, "delete", url).status_code == 204
    assert Door(acme, origin="https://evil.example").get("config").status_code == 200


def test_s04_a_domain_is_listed_once(acme):
    assert call(acme.admin, "post", "/domains", {"domain": "acme.com"}).status_code == 201
    assert code_of(call(acme.admin, "post", "/domains", {"domain": "ACME.com."})) == (400, "invalid_request")
    other = call(acme.admin, "post", "/domains", {"domain": "acme.org"}).json()
    assert code_of(call(acme.admin, "patch", f"/domains/{other['id']}", {"domain": "acme.com"})) == (
        400,
        "invalid_request",
    )
    assert AllowedDomain.objects.count() == 2


@pytest.mark.parametrize(
    "body", [{}, {"domain": ""}, {"domain": "*"}, {"domain": "not a domain"}, {"domain": None}, {"domain": "a\0.com"}]
)
def test_s04_what_is_no_domain_is_refused(acme, body):
    assert code_of(call(acme.admin, "post", "/domains", body)) == (400, "invalid_request")


def test_s02_a_token_is_issued_shown_once_listed_and_revoked(acme):
    issued = call(acme.admin, "post", "/tokens", {"label": "Website"})
    body = issued.json()
    assert (issued.status_code, body["label"], body["last_used_at"]) == (201, "Website", None)
    row = WidgetToken.objects.get()
    assert row.expires_at - row.created_at == timedelta(days=30)
    assert row.created_by == acme.admin.user
    door = Door(acme, token=body["token"])
    door.row.delete()
    assert door.get("config").status_code == 200
    listed = call(acme.admin, "get", "/tokens").json()
    assert listed["total"] == 1
    assert listed["tokens"][0]["last_used_at"] is not None
    assert body["token"] not in json.dumps(listed)
    assert body["token"].startswith(listed["tokens"][0]["prefix"])
    url = f"/tokens/{body['id']}"
    assert call(acme.admin, "patch", url, {"label": "Shop"}).json()["label"] == "Shop"
    assert call(acme.admin, "delete", url).status_code == 204
    assert call(acme.admin, "get", url).json()["revoked_at"] is not None
    assert code_of(door.get("config")) == (401, "token_revoked")


def test_s02_tokens_are_listed_newest_first_a_page_at_a_time(acme):
    rows = [tokens.issue(tenant=acme.tenant, label=str(number))[0] for number in range(3)]
    tokens.revoke(rows[1])
    listed = call(acme.admin, "get", "/tokens?limit=2").json()
    assert [row["label"] for row in listed["tokens"]] == ["2", "1"]
    assert (listed["total"], listed["limit"], listed["offset"]) == (3, 2, 0)
    assert [row["label"] for row in call(acme.admin, "get", "/tokens?offset=2").json()["tokens"]] == ["0"]
    assert code_of(call(acme.admin, "get", "/tokens?limit=0")) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("seconds", "status"), [(59, 400), (60, 201), (31_536_000, 201), (31_536_001, 400), ("x", 400), (None, 400)]
)
def test_s02_a_lifetime_is_a_minute_to_a_year(acme, seconds, status):
    response = call(acme.admin, "post", "/tokens", {"label": "Website", "expires_in": seconds})
    assert response.status_code == status
    if status == 201:
        row = WidgetToken.objects.get()
        assert (row.expires_at - row.created_at).total_seconds() == seconds


def test_b_strangers_find_nothing(acme, globex):
    domain = AllowedDomain.objects.create(tenant=globex.tenant, domain="globex.com")
    token, _ = tokens.issue(tenant=globex.tenant, label="Website")
    assert call(acme.owner, "get", "/domains").json()["domains"] == []
    assert call(acme.owner, "get", "/tokens").json()["tokens"] == []
    for path in (f"/domains/{domain.pk}", f"/tokens/{token.pk}"):
        for method in ("get", "patch", "delete"):
            body = {"label": "x", "domain": "acme.com"} if method == "patch" else None
            assert code_of(call(acme.owner, method, path, body)) == (404, "not_found")
    assert WidgetToken.objects.filter(pk=token.pk, revoked_at=None).exists()
    assert AllowedDomain.objects.filter(pk=domain.pk).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(acme, rows, django_assert_num_queries):
    for number in range(rows):
        tokens.issue(tenant=acme.tenant, label=str(number))
        AllowedDomain.objects.create(tenant=acme.tenant, domain=f"{number}.acme.com")
    with django_assert_num_queries(3):  # who calls, the list, and how many there are
        call(acme.admin, "get", "/tokens")
    with django_assert_num_queries(2):
        call(acme.admin, "get", "/domains")


def test_an_expired_token_is_told_from_a_valid_one(acme):
    row, _ = tokens.issue(tenant=acme.tenant, label="Website")
    assert (row.is_valid, row.has_expired, row.expires_soon) == (True, False, False)
    row.expires_at = timezone.now() + timedelta(days=6)
    assert (row.is_valid, row.has_expired, row.expires_soon) == (True, False, True)
    row.expires_at = timezone.now() - timedelta(seconds=1)
    assert (row.is_valid, row.has_expired, row.expires_soon, row.remaining) == (False, True, False, 0)
