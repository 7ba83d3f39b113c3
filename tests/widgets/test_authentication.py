"""S2, S4, S8: who is let in at the widget's door, and why not."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tenants import credentials
from tenants import tokens as signed
from tests.widgets.door import SITE, Door, code_of
from widgets import tokens
from widgets.models import AllowedDomain, WidgetSettings, WidgetToken


def test_s08_a_good_token_opens(acme):
    response = Door(acme).get("config")
    assert (response.status_code, response.json()["success"]) == (200, True)


def test_s08_the_door_costs_one_query(acme, django_assert_num_queries):
    door = Door(acme)
    door.get("config")
    with django_assert_num_queries(3):  # the door, the assistant that greets, whether pages are told of outcomes
        door.get("config")


@pytest.mark.parametrize("tenant", ["0199aaaa-0000-7000-8000-000000000000", "nonsense", "1", "%00", "..", "a" * 300])
def test_s08_an_unknown_widget_is_not_found(acme, tenant):
    door = Door(acme)
    response = door.client.get(f"/api/widgets/{tenant}/config", headers=door.headers())
    assert response.status_code == 404
    if tenant != "..":
        assert code_of(response) == (404, "widget_not_found")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Token x"])
def test_s08_token_missing(acme, header):
    headers = {} if header is None else {"Authorization": header}
    response = Client().get(f"/api/widgets/{acme.tenant.pk}/config", headers=headers)
    assert code_of(response) == (401, "token_missing")
    assert response["WWW-Authenticate"] == "Bearer"


def _b64(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def _claims(door: Door, **changes: object) -> dict[str, object]:
    now = int(timezone.now().timestamp())
    claims = {
        "typ": "widget",
        "aud": str(door.tenant.pk),
        "jti": door.row.jti.hex,
        "iat": now,
        "exp": now + 600,
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


FORGERIES = {
    "alg none": lambda door: f"{_b64({'alg': 'none', 'typ': 'JWT'})}.{_b64(_claims(door))}.",
    "alg None": lambda door: f"{_b64({'alg': 'None', 'typ': 'JWT'})}.{_b64(_claims(door))}.",
    "unsigned": lambda door: door.token.rpartition(".")[0] + ".",
    "no signature": lambda door: door.token.rpartition(".")[0],
    "signature cut": lambda door: door.token[:-1],
    "signature of another": lambda door: (
        door.token.rpartition(".")[0] + "." + tokens.sign(_other_row(door)).rpartition(".")[2]
    ),
    "payload changed": lambda door: ".".join([door.token.split(".")[0], _b64(_claims(door)), door.token.split(".")[2]]),
    "wrong key": lambda door: jwt.encode(_claims(door), "k" * 32, "HS256"),
    "empty key": lambda door: jwt.encode(_claims(door), "\0" * 32, "HS256"),
    "the secret key itself": lambda door: jwt.encode(_claims(door), settings.SECRET_KEY.ljust(32, "_"), "HS256"),
    "another algorithm": lambda door: jwt.encode(_claims(door), "k" * 64, "HS512"),
    "key named by its header": lambda door: jwt.encode(_claims(door), "k" * 32, "HS256", headers={"kid": "/dev/null"}),
    "dashboard's kind": lambda door: signed.sign("access", _claims(door)),
    "no jti": lambda door: _signed_raw(_claims(door, jti=None)),
    "no exp": lambda door: _signed_raw(_claims(door, exp=None)),
    "no aud": lambda door: _signed_raw(_claims(door, aud=None)),
    "no typ": lambda door: _signed_raw(_claims(door, typ=None)),
    "typ access": lambda door: _signed_raw(_claims(door, typ="access")),
    "typ list": lambda door: _signed_raw(_claims(door, typ=["widget"])),
    "aud list": lambda door: _signed_raw(_claims(door, aud=[str(door.tenant.pk)])),
    "jti no id": lambda door: _signed_raw(_claims(door, jti="1' OR 1=1")),
    "jti number": lambda door: _signed_raw(_claims(door, jti=7)),
    "not yet": lambda door: _signed_raw(_claims(door, iat=int(timezone.now().timestamp()) + 3600)),
    "nonsense": lambda door: "nonsense",
    "dots": lambda door: "..",
    "many dots": lambda door: "." * 500,
    "long": lambda door: "a" * 6000,
    "latin": lambda door: "tökén.é.ü",
    "nul": lambda door: "a\0b",
    "spaces": lambda door: f"{door.token} {door.token}",
    "base64 of nothing": lambda door: f"{_b64({})}.{_b64([])}.{_b64(0)}",
    "header list": lambda door: f"{_b64(['HS256'])}.{_b64(_claims(door))}.x",
    "header null alg": lambda door: f"{_b64({'alg': None})}.{_b64(_claims(door))}.x",
    "deep header": lambda door: f"{_b64(json.loads('[' * 50 + ']' * 50))}.{_b64(_claims(door))}.x",
}


def _other_row(door: Door) -> WidgetToken:
    return tokens.issue(tenant=door.tenant, label="Other")[0]


def _signed_raw(claims: dict[str, object]) -> str:
    """Signed with the right key, so that only the claims can be what is wrong."""
    return jwt.encode(claims, signed._key("widget"), "HS256")


@pytest.mark.parametrize("forgery", FORGERIES)
def test_s08_forged_tokens_are_refused(acme, forgery):
    door = Door(acme)
    door.token = FORGERIES[forgery](door)
    assert code_of(door.get("config")) == (401, "token_invalid")


def test_s08_the_claims_that_forgeries_start_from_would_open(acme):
    door = Door(acme)
    door.token = _signed_raw(_claims(door))
    assert door.get("config").status_code == 200


def test_s08_a_token_of_another_tenant_is_refused(acme, globex):
    assert code_of(Door(acme, token=Door(globex).token).get("config")) == (401, "token_invalid")


def test_s08_a_dashboard_token_is_no_widget_token_nor_the_other_way_round(acme):
    door = Door(acme, token=credentials.issue_access(acme.owner))
    assert code_of(door.get("config")) == (401, "token_invalid")
    response = Client().get("/api/widget", headers={"Authorization": f"Bearer {Door(acme).token}"})
    assert code_of(response) == (401, "token_invalid")


def test_s02_a_token_expires(acme):
    door = Door(acme)
    door.row.created_at -= timedelta(days=31)
    door.row.expires_at -= timedelta(days=31)
    door.token = tokens.sign(door.row)
    assert code_of(door.get("config")) == (401, "token_expired")


def test_s02_a_token_lives_for_thirty_days_unless_told_otherwise(acme):
    row, token = tokens.issue(tenant=acme.tenant, label="Website")
    claims = signed.read(token, "widget")
    assert claims["exp"] - claims["iat"] == 30 * 24 * 60 * 60
    assert uuid.UUID(claims["jti"]) == row.jti
    assert (token.startswith(row.prefix), token.endswith(row.last4), len(row.last4)) == (True, True, 4)


def test_s02_a_token_is_the_same_each_time_it_is_shown_and_known_by_its_prefix(acme):
    issued = [tokens.issue(tenant=acme.tenant, label=str(number)) for number in range(20)]
    for row, token in issued:
        row.refresh_from_db()
        assert tokens.sign(row) == token
    assert len({row.prefix for row, _ in issued}) == 20


def test_s02_a_revoked_token_is_refused_at_once(acme):
    door = Door(acme)
    assert door.get("config").status_code == 200
    assert tokens.revoke(door.row) is True
    assert tokens.revoke(door.row) is False
    assert code_of(door.get("config")) == (401, "token_revoked")
    door.row.delete()
    assert code_of(door.get("config")) == (401, "token_revoked")


def test_s04_an_empty_list_allows_every_site(acme):
    for origin in (SITE, "https://anything.example", "null", None):
        assert Door(acme, origin=origin).get("config").status_code == 200


@pytest.fixture
def listed(acme):
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.com")
    AllowedDomain.objects.create(tenant=acme.tenant, domain="*.acme.shop")
    return acme


@pytest.mark.parametrize("origin", [SITE, "http://www.acme.com:8080", "https://a.acme.shop"])
def test_s04_a_listed_site_is_let_in(listed, origin):
    assert Door(listed, origin=origin).get("config").status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", None, "https://acme.com", "https://www.acme.com.evil.example"]
)
def test_s04_a_site_that_is_not_listed_gets_403_domain_not_authorized(listed, origin):
    response = Door(listed, origin=origin).get("config")
    assert code_of(response) == (403, "domain_not_authorized")
    assert response.json()["error"]["message"] == "Domain not authorized"


def test_s04_the_list_is_the_tenants_own(listed, globex):
    assert Door(globex, origin="https://evil.example").get("config").status_code == 200


def test_s04_the_referer_counts_where_there_is_no_origin(listed):
    door = Door(listed, origin=None)
    assert door.get("config", Referer="https://www.acme.com/page").status_code == 200
    assert code_of(door.get("config", Referer="https://evil.example/www.acme.com"))[0] == 403
    beside = Door(listed, origin="https://evil.example")
    assert code_of(beside.get("config", Referer="https://www.acme.com/page"))[0] == 403


def test_s04_a_missing_origin_may_be_let_pass_but_never_null(listed):
    WidgetSettings.objects.create(tenant=listed.tenant, allow_missing_origin=True)
    assert Door(listed, origin=None).get("config").status_code == 200
    assert code_of(Door(listed, origin="null").get("config")) == (403, "domain_not_authorized")


def test_s04_a_preview_shows_on_the_dashboard_and_nowhere_else(listed):
    door = Door(listed, origin=settings.PUBLIC_URL)
    assert code_of(door.get("config")) == (403, "domain_not_authorized")
    door.token = tokens.sign_preview(door.row)
    assert door.get("config").status_code == 200
    door.origin = "https://evil.example"
    assert code_of(door.get("config")) == (403, "domain_not_authorized")


def test_last_use_is_noted_once_a_minute(acme, django_assert_num_queries):
    door = Door(acme)
    door.get("config")
    door.row.refresh_from_db()
    first = door.row.last_used_at
    assert first is not None
    assert door.row.last_origin == "www.acme.com"
    door.get("config")
    door.row.refresh_from_db()
    assert door.row.last_used_at == first
    WidgetToken.objects.filter(pk=door.row.pk).update(last_used_at=first - timedelta(minutes=2))
    door.get("config")
    door.row.refresh_from_db()
    assert door.row.last_used_at > first
