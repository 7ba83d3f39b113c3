"""S25: what fails at the widget's door is counted with its code, site and ids, at a cost that nobody can raise."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.servers import Web
from tests.visitor import Visitor, connect_model
from tests.waiting import wait_until
from tests.widgets.door import Door, code_of
from tests.world import Company, World
from widgets import call_log, seen, tokens
from widgets.models import AllowedDomain, FailedCalls, SiteSeen

LOADED = {"sessionId": "s", "event": "widget_loaded", "timestamp": "2026-11-01T00:00:00Z"}


def counted(company: Company) -> list[tuple[Any, ...]]:
    """What was counted of a company's calls."""
    call_log.write()
    rows = FailedCalls.objects.for_tenant(company.tenant).order_by("code", "host", "endpoint")
    return list(rows.values_list("code", "status", "endpoint", "host", "times"))


def test_s25_refused_calls_are_counted_by_code_and_site_with_their_ids(acme: Company, globex: Company) -> None:
    AllowedDomain.objects.create(tenant=acme.tenant, domain="shop.acme.example")
    door = Door(acme)
    answers = [door.get("config"), door.get("config"), door.post("track", LOADED)]
    assert {code_of(answer) for answer in answers} == {(403, "domain_not_authorized")}
    assert counted(acme) == [
        ("domain_not_authorized", 403, "GET config", "www.acme.com", 2),
        ("domain_not_authorized", 403, "POST track", "www.acme.com", 1),
    ]
    row = FailedCalls.objects.get(endpoint="GET config")
    assert row.jti == door.row.jti
    assert len(row.latest_ids) == len(row.latest_at) == 2
    assert counted(globex) == []


def test_s25_of_expired_and_revoked_tokens_it_is_known_which(acme: Company) -> None:
    door = Door(acme)
    door.row.expires_at = timezone.now() - timedelta(days=1)
    door.row.save()
    door.token = tokens.sign(door.row)
    assert code_of(door.get("config")) == (401, "token_expired")
    assert counted(acme) == [("token_expired", 401, "GET config", "www.acme.com", 1)]
    assert FailedCalls.objects.get().jti == door.row.jti


@pytest.mark.parametrize("address", ["your-tenant-id", "0199aaaa-0000-7000-8000-000000000000", "of globex"])
def test_s25_a_token_at_a_wrong_id_is_counted_for_whose_it_is(acme: Company, globex: Company, address: str) -> None:
    door = Door(acme)
    address = str(globex.tenant.pk) if address == "of globex" else address
    status = door.client.get(f"/api/widgets/{address}/config", headers=door.headers()).status_code
    assert counted(acme) == [("tenant_id_wrong", status, "GET config", "www.acme.com", 1)]
    assert counted(globex) == []


def test_s25_an_unknown_widget_is_nobodys(acme: Company) -> None:
    door = Door(acme, token="nonsense")
    door.client.get(f"/api/widgets/{uuid.uuid4()}/config", headers=door.headers())
    call_log.write()
    assert not FailedCalls.objects.exists()


def test_s25_a_flood_of_made_up_sites_fills_neither_memory_nor_table(acme: Company, globex: Company) -> None:
    door = Door(acme, token="nonsense")
    for number in range(150):
        door.get("config", Origin=f"https://{number}.example")
    Door(globex, token="nonsense").get("config")
    assert len(call_log._waiting) == call_log.MOST_OF_ONE + 2  # the rest together, and Globex’s
    call_log.write()
    for number in range(60):
        door.get("config", Origin=f"https://more{number}.example")
    known = Door(acme)
    known.client.get("/api/widgets/your-tenant-id/config", headers=known.headers())
    call_log.write()
    rows = FailedCalls.objects.for_tenant(acme.tenant)
    assert rows.count() == call_log.MOST_ROWS + 1  # a genuine token's finds room
    assert sum(rows.filter(code="token_invalid").values_list("times", flat=True)) == 210
    assert rows.get(code="tenant_id_wrong").times == 1
    assert FailedCalls.objects.for_tenant(globex.tenant).get().times == 1


def test_s25_a_row_takes_up_later_calls_and_keeps_the_last_three(acme: Company) -> None:
    door = Door(acme, token="nonsense")
    for number in range(5):
        door.get("config", **{"X-Request-ID": f"request-{number}"})
        call_log.write()
    row = FailedCalls.objects.get()
    assert (row.times, len(row.latest_ids)) == (5, 3)
    assert row.latest_at == sorted(row.latest_at, reverse=True)
    assert row.last_at == row.latest_at[0]


def test_s25_counts_are_forgotten_after_a_week(acme: Company) -> None:
    Door(acme, token="nonsense").get("config")
    call_log.write()
    FailedCalls.objects.update(hour=timezone.now() - call_log.KEPT - timedelta(hours=1))
    Door(acme, token="nonsense").get("config")
    call_log.write()
    assert call_log.forget_old() == 1
    assert FailedCalls.objects.count() == 1


def test_s01_a_site_on_which_the_widget_loads_is_known_with_its_time(acme: Company, globex: Company) -> None:
    door = Door(acme)
    for _ in range(2):
        assert door.post("track", LOADED).status_code == 200
    assert door.post("track", LOADED, Origin="null").status_code == 200
    seen = SiteSeen.objects.for_tenant(acme.tenant).get()
    assert (seen.host, seen.first_at) == ("www.acme.com", seen.last_at)
    assert not SiteSeen.objects.for_tenant(globex.tenant).exists()


def test_s01_sites_that_came_by_once_make_room_again(acme: Company) -> None:
    now = timezone.now()
    for host, first, last in (("old", 90, 31), ("once", 3, 3), ("kept", 20, 3), ("new", 0, 0)):
        SiteSeen.objects.create(
            tenant=acme.tenant,
            host=f"{host}.example",
            first_at=now - timedelta(days=first),
            last_at=now - timedelta(days=last),
        )
    assert seen.forget_old() == 2
    assert set(SiteSeen.objects.values_list("host", flat=True)) == {"kept.example", "new.example"}


def test_s08_a_chat_that_fails_is_counted_by_a_thread_of_its_process(web: Web, world: World) -> None:
    acme = world.acme
    acme.assistant.active = False
    acme.assistant.save()
    visitor = Visitor(web.url, acme.tenant, headers={"Origin": "https://www.acme.com", "X-Request-ID": "seen-by-acme"})
    assert visitor.say().status_code == 500
    with visitor.ask() as stream:
        assert stream.until("error")
    assert visitor.post("chat", {"sessionId": ""}).status_code == 400
    wait_until(lambda: FailedCalls.objects.count() == 2)
    rows = FailedCalls.objects.order_by("code")
    assert list(rows.values_list("code", "status", "endpoint", "host", "times")) == [
        ("assistant_misconfigured", 500, "POST chat", "www.acme.com", 2),
        ("invalid_request", 400, "POST chat", "www.acme.com", 1),
    ]
    assert rows[1].latest_ids == ["seen-by-acme"]


def test_s11_a_message_without_a_reply_is_counted_with_its_reason(web: Web, world: World, openai_double: Any) -> None:
    acme = world.acme
    connect_model(acme.assistant, openai_double.url, model="double-bad-key")
    answer = Visitor(web.url, acme.tenant).say().json()
    reason = answer["metadata"]["reason"]
    assert reason.startswith("provider_")
    wait_until(FailedCalls.objects.exists)
    row = FailedCalls.objects.get()
    assert (row.code, row.status, row.endpoint, row.times) == (reason, 200, "POST chat", 1)
