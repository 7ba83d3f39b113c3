"""P10: GET /api/audit, for the admins' own programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tenants.models import Membership, Role, Verb
from tests.tenants.test_audit_page import entry
from tests.world import Company, World, bearer

URL = "/api/audit"


def get(who: Membership, query: str = "") -> Any:
    return Client().get(f"{URL}{query}", headers=bearer(who))


@pytest.mark.parametrize("role", list(Role))
def test_p10_admins_programs_read_the_log_and_nobody_elses(acme: Company, role: Role) -> None:
    assert get(acme.member(role)).status_code == (200 if role.covers(Role.ADMIN) else 403)
    assert Client().get(URL).status_code == 401
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(URL, headers=bearer(acme.owner)).status_code == 405


def test_p10_an_entry_as_programs_see_it(acme: Company, globex: Company) -> None:
    entry(globex.tenant, by=globex.owner)
    details = {"changes": {"status": ["active", "paused"], "url": []}, "count": 3}
    made = entry(acme.tenant, by=acme.admin, target_id="7", details=details, ip_address="198.51.100.7",
                 request_id="0d4f3c2a-7f2e")  # fmt: skip
    answer = get(acme.owner).json()
    (shown,) = answer.pop("entries")
    assert answer == {"total": 1, "limit": 50, "offset": 0}
    assert shown.pop("at").endswith("Z")
    assert shown == {
        "id": str(made.pk),
        "verb": "webhook.secret_rotated",
        "text": "Admin of Acme rotated the secret of the endpoint CRM",
        "actor": {
            "kind": "person",
            "id": str(acme.admin.user_id),
            "name": "Admin of Acme",
            "email": "admin@acme.example",
        },
        "target": {"kind": "webhook", "id": "7", "name": "CRM"},
        "details": details,
        "ip_address": "198.51.100.7",
        "request_id": "0d4f3c2a-7f2e",
    }


def test_p10_of_the_platforms_staff_programs_learn_nothing_more(world: World) -> None:
    staff = {"actor": world.staff, "actor_kind": "staff", "actor_name": world.staff.name}
    entry(world.acme.tenant, **staff, actor_email=world.staff.email, ip_address="203.0.113.9")
    (shown,) = get(world.acme.owner, "?person=staff").json()["entries"]
    assert shown["actor"] == {"kind": "staff", "id": None, "name": "Platform staff", "email": ""}
    assert shown["ip_address"] is None


def test_p10_programs_narrow_it(acme: Company) -> None:
    entry(acme.tenant, by=acme.owner, target_name="one")
    entry(acme.tenant, Verb.PLAN_CHANGED, target_name="two")

    def found(query: str) -> list[str]:
        return [one["target"]["name"] for one in get(acme.owner, query).json()["entries"]]

    assert found("?kind=plan") == ["two"]
    assert found(f"?person={acme.owner.user_id}") == ["one"]
    assert found("?q=secret") == ["one"]
    assert found("?until=2020-01-01") == []
    assert found("?limit=1&offset=1") == ["one"]
    for wrong in ("?kind=nothing", "?person=nobody", "?since=yesterday", "?limit=0"):
        assert get(acme.owner, wrong).json()["error"]["code"] == "invalid_request"
