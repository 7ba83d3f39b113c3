"""B9, S25: the doctor's page itself: its cost, who sees what, checks that fail, the report, what browsers find."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from autochat import guide
from tenants import grain
from tests.tracking.endpoints import make_signed_endpoint
from tests.widgets.doctor.looking import PAGE, look, read
from tests.widgets.doctor.test_door import load
from tests.widgets.door import Door
from tests.world import Company, World, signed_in
from tracking import mapping_forms
from tracking.builder import GRAIN
from tracking.models import EventType, OutcomeMapping
from widgets import call_log, tokens
from widgets.doctor import examination, live
from widgets.doctor.findings import State
from widgets.models import AllowedDomain

MOST_QUERIES = 40


def cost(company: Company) -> int:
    client = signed_in(company.owner)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE).status_code == 200
    return len(queries)


def test_b09_the_page_costs_the_same_however_much_went_wrong(acme: Company) -> None:
    door = Door(acme)
    load(door)
    few = cost(acme)
    for number in range(20):
        AllowedDomain.objects.create(tenant=acme.tenant, domain=f"site{number}.acme.example")
        tokens.issue(tenant=acme.tenant, label=f"Token {number}")
        door.get("config", Origin=f"https://other{number}.example")
        make_signed_endpoint(acme.tenant, f"https://hooks{number}.example.com/in")
    call_log.write()
    assert cost(acme) <= few + 1  # who has endpoints is told of their probes
    assert few <= MOST_QUERIES


def test_b09_a_check_that_fails_says_so_and_hides_no_other(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(facts: Any) -> Any:
        raise RuntimeError("sk-0123456789abcdef")

    monkeypatch.setitem(examination.CHECKS, "money", ("The AI budget", breaks))
    page = look(acme.owner)
    found = page.find("The AI budget could not be checked")
    assert (found.state, "RuntimeError" in found.words) == ("unknown", True)
    assert page.find("No token opens your widget")
    assert "sk-0123" not in page.text


@pytest.mark.django_db(transaction=True)
def test_b09_a_statement_that_hangs_is_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(facts: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    monkeypatch.setattr(examination, "SECONDS", 1)
    monkeypatch.setitem(examination.CHECKS, "tokens", ("Tokens", hangs))
    page = look(world.acme.owner)
    assert page.find("Tokens could not be checked").state == "unknown"
    assert page.is_well("An assistant answers new visitors")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_b09_agents_may_look_but_press_nothing_and_see_no_token(acme: Company) -> None:
    load(Door(acme))
    AllowedDomain.objects.create(tenant=acme.tenant, domain="shop.acme.example")
    Door(acme).get("config")
    answer = signed_in(acme.agent).get(PAGE)
    markup = answer.content.decode()
    found = read(markup).find("Visitors of www.acme.com see no widget")
    assert found.fixes == {}
    assert "Ask one of role admin to do it." in found.words
    assert "data-token" not in markup
    assert 'id="page"' not in markup
    assert "data-token" in signed_in(acme.admin).get(PAGE).content.decode()


def test_b09_strangers_sign_in_first_and_staff_look_at_any_company(world: World, client: Any) -> None:
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")
    staff = signed_in(world.staff)
    assert staff.get(PAGE).status_code == 403
    staff.post("/switch", {"tenant": str(world.globex.tenant.pk)})
    assert str(world.globex.tenant.pk) in staff.get(PAGE).content.decode()


def test_s25_the_report_has_what_support_asks_for_and_no_secret(acme: Company) -> None:
    AllowedDomain.objects.create(tenant=acme.tenant, domain="shop.acme.example")
    door = Door(acme)
    for token in (door.token, "eyJhbGciOiJIUzI1NiJ9.nonsense.nonsense"):
        door.token = token
        door.get("config")
    report = look(acme.owner).report
    assert f"tenant id: {acme.tenant.pk}" in report
    assert f"403 GET /api/widgets/{acme.tenant.pk}/config request " in report
    assert "[bad] domains: Visitors of www.acme.com see no widget" in report
    assert door.token not in report
    assert "eyJ" not in report


def test_b09_s15_the_builder_is_closed_by_grain(acme: Company, globex: Company) -> None:
    grain.put(GRAIN, False, tenant=acme.tenant)
    assert GRAIN in look(acme.owner).note("The Guided Snippet Builder is closed").words
    assert look(globex.owner).is_well("The Guided Snippet Builder is open")
    grain.remove(GRAIN, tenant=acme.tenant)
    assert look(acme.owner).is_well("The Guided Snippet Builder is open")


def test_b09_s21_emit_browser_is_off(acme: Company) -> None:
    assert len(mapping_forms.rows(acme.tenant)) == len(EventType)
    for kind in EventType:
        OutcomeMapping.objects.create(tenant=acme.tenant, event_type=kind, emit_browser=False)
    found = look(acme.owner).find("Pages hear of no outcome")
    assert found.fixes == {"Open the outcomes": "/settings/widget?tab=tracking#mappings"}
    OutcomeMapping.objects.exclude(event_type=EventType.CONVERSATION_RATED).update(emit_browser=True)
    assert "Conversation rated" in look(acme.owner).note("Pages don’t hear of 1 outcome").words
    OutcomeMapping.objects.update(emit_browser=True)
    assert look(acme.owner).is_well("Pages are told of every outcome 8 of 8")


# --- What the browser finds -------------------------------------------------------------------------------------------
def said(company: Company, check: str, **told: str) -> str:
    answer = signed_in(company.owner).get(f"{PAGE}/live/{check}", told)
    assert answer.status_code == 200, told
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("check", "told", "words"),
    [
        ("script", {"outcome": "ok", "took": "38"}, "The widget’s script loads, module and classic"),
        ("script", {"outcome": "unreachable"}, "an ad blocker"),
        ("script", {"outcome": "wrong", "status": "200"}, "no script"),
        ("script", {"outcome": "status", "status": "404"}, "answers with 404"),
        ("api", {"outcome": "status", "status": "403", "code": "domain_not_authorized", "request_id": "abc-12345"},
         "403 domain_not_authorized"),
        ("api", {"outcome": "unreachable"}, "The “apiUrl” can’t be reached from here"),
        ("socket", {"outcome": "ok", "took": "44"}, "auth:ok and pong in 44 ms"),
        ("socket", {"outcome": "refused", "origin": "http://127.0.0.1:8000"}, "Upgrade and Connection"),
        ("socket", {"outcome": "refused", "origin": "https://other.example"}, "opened the dashboard at https://other"),
        ("socket", {"outcome": "silent"}, "nothing came over it"),
        ("socket", {"outcome": "closed", "status": "4429", "code": "too_many_connections"}, "Close some tabs"),
        ("socket", {"outcome": "status", "status": "401"}, "Sign in again"),
        ("parts", {"outcome": "ok"}, "Database, cache, queue and worker answer"),
        ("parts", {"outcome": "failed", "status": "503", "code": "cache.worker"}, "No worker has worked"),
        ("presets", {"outcome": "ok"}, "The preset registry answers"),
        ("presets", {"outcome": "wrong", "status": "200"}, "Preset registry unavailable"),
    ],
)  # fmt: skip
def test_b09_what_the_browser_tried_is_said_in_words(acme: Company, check: str, told: Any, words: str) -> None:
    page = said(acme, check, **told)
    assert words in page
    assert f'data-state="{"good" if told["outcome"] == "ok" else "bad" if check != "presets" else "warn"}"' in page
    if "request_id" in told:
        assert told["request_id"] in page


@pytest.mark.parametrize(
    "told",
    [{}, {"outcome": "great"}, {"outcome": "ok", "took": "-1"}, {"outcome": "ok", "took": "x"},
     {"outcome": "status", "code": "<script>"}, {"outcome": "refused", "origin": "javascript:alert(1)"},
     {"outcome": "status", "request_id": "a" * 200}],
)  # fmt: skip
def test_b09_what_no_browser_would_say_is_not_found(acme: Company, told: dict[str, str]) -> None:
    assert signed_in(acme.owner).get(f"{PAGE}/live/socket", told).status_code == 404
    assert signed_in(acme.owner).get(f"{PAGE}/live/nothing", {"outcome": "ok"}).status_code == 404


# --- The guide and the doctor -----------------------------------------------------------------------------------------
def test_b09_what_checks_point_to_stands_in_the_guide(acme: Company) -> None:
    anchors = {trouble.anchor for trouble in (*guide.ERRORS, *guide.SYMPTOMS)}
    Door(acme, token="x").get("config")
    examined = examination.examine(acme.owner)
    told = [
        live.Told("status", 1, 403, "domain_not_authorized"),
        live.Told("refused"),
        live.Told("failed", code="cache"),
    ]
    found = [live.judge(check, one, examined.made_at) for check in live.CHECKS for one in told]
    used = {one.anchor for one in (*examined.findings, *found) if one.anchor}
    assert used - anchors == {""} - {""}
    assert all(one.cause for one in examined.findings if one.state != State.GOOD)
    assert dataclasses.is_dataclass(examined)
