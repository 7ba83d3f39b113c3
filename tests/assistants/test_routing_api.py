"""/api/routing-rules (contract §4)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from assistants.models import RoutingRule
from tenants.models import Role
from tests.world import Company, bearer

URL = "/api/routing-rules"


def call(company: Company, method: str, url: str = URL, body: Any = None, *, role: Role = Role.ADMIN) -> Any:
    """Call the API as somebody of this company; what it answers, with `body` decoded."""
    options = {"content_type": "application/json"} if body is not None else {}
    answer = getattr(Client(), method)(url, body, headers=bearer(company.member(role)), **options)
    answer.body = answer.json() if answer.content else None
    return answer


def test_d08_a_rule_is_added_shown_listed_changed_and_deleted(acme: Company) -> None:
    given = {
        "name": "Bills",
        "priority": 80,
        "keywords": ["invoice"],
        "intent": "billing",
        "channels": ["widget"],
        "hours": {"weekdays": [5, 1, 1], "from": "09:00", "to": "17:00"},
        "assistant_id": str(acme.assistant.pk),
    }
    added = call(acme, "post", body=given)
    assert added.status_code == 201
    url = f"{URL}/{added.body['id']}"
    assert set(added.body) == {
        "id", "name", "priority", "active", "keywords", "intent", "channels", "hours", "target", "assistant_id",
        "created_at", "changed_at",
    }  # fmt: skip
    assert added.body["hours"] == {"weekdays": [1, 5], "from": "09:00", "to": "17:00"}
    assert (added.body["target"], added.body["active"]) == ("assistant", True)
    assert call(acme, "get", url).body == added.body
    listed = call(acme, "get").body
    assert (listed["routing_rules"], listed["total"]) == ([added.body], 1)

    changed = call(acme, "patch", url, {"hours": None, "target": "people", "active": False}).body
    assert (changed["hours"], changed["assistant_id"], changed["active"]) == (None, None, False)
    assert changed["keywords"] == ["invoice"]
    assert call(acme, "delete", url).status_code == 204
    assert call(acme, "get", url).status_code == 404


def test_d08_the_list_is_in_the_order_of_evaluation(acme: Company) -> None:
    for name, priority in [("b", 5), ("a", 100), ("c", 5)]:
        RoutingRule.objects.create(tenant=acme.tenant, name=name, priority=priority, target="people")
    assert [rule["name"] for rule in call(acme, "get").body["routing_rules"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"priority": 101}, "priority"),
        ({"priority": -1}, "priority"),
        ({"name": ""}, "name"),
        ({"keywords": "invoice"}, "keywords"),
        ({"keywords": ["!"]}, "keywords"),
        ({"keywords": ["x"] * 51}, "keywords"),
        ({"intent": "unknown"}, "intent"),
        ({"channels": ["fax"]}, "channels"),
        ({"hours": {"from": "09:00"}}, "hours"),
        ({"hours": {"from": "9 o'clock", "to": "10:00"}}, "hours"),
        ({"hours": {"from": "09:00", "to": "10:00", "weekdays": [0]}}, "hours"),
        ({"target": "nobody"}, "target"),
        ({"target": "assistant"}, "assistant_id"),
        ({"assistant_id": "no id"}, "assistant_id"),
        ({"assistant_id": str(uuid.uuid4())}, "assistant_id"),
    ],
)
def test_d08_what_cannot_be_right_is_refused_by_field(acme: Company, given: dict[str, Any], field: str) -> None:
    answer = call(acme, "post", body={"name": "Rule", "target": "people", **given})
    assert answer.status_code == 400
    assert answer.body["error"]["code"] == "invalid_request"
    assert any(name.split(".")[0] == field for name in answer.body["error"]["fields"])
    assert not RoutingRule.objects.exists()


def test_d08_strangers_rows_are_not_found_and_their_assistants_no_choice(acme: Company, globex: Company) -> None:
    theirs = RoutingRule.objects.create(tenant=globex.tenant, name="Theirs", target="people")
    url = f"{URL}/{theirs.pk}"
    for method, body in (("get", None), ("patch", {"name": "Mine"}), ("delete", None)):
        assert call(acme, method, url, body).status_code == 404
    stolen = {"name": "Stolen", "assistant_id": str(globex.assistant.pk)}
    assert "assistant_id" in call(acme, "post", body=stolen).body["error"]["fields"]
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_d14_rules_are_for_admins(acme: Company, role: Role) -> None:
    assert call(acme, "get", role=role).status_code == 403
    assert call(acme, "post", body={"name": "Rule", "target": "people"}, role=role).status_code == 403
