"""Switches: a tenant's value beats the platform's, which beats the default; only staff set them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tenants import grain
from tenants.models import Grain, Membership, Role
from tests.world import Company, World, bearer, signed_in

BUILDER = "widget_tracking_snippet_builder_enabled"


def test_s15_absent_means_the_default(acme: Company) -> None:
    assert grain.is_on(BUILDER, acme.tenant) is True
    assert grain.value("demo_tenant") == ""


def test_s15_the_tenant_beats_the_platform_beats_the_default(acme: Company, globex: Company) -> None:
    grain.put(BUILDER, False)
    assert not grain.is_on(BUILDER, acme.tenant)
    grain.put(BUILDER, True, tenant=acme.tenant)
    assert grain.is_on(BUILDER, acme.tenant)
    assert not grain.is_on(BUILDER, globex.tenant)
    assert not grain.is_on(BUILDER)


def test_s15_removed_means_the_next_wider_value(acme: Company) -> None:
    grain.put(BUILDER, False)
    grain.put(BUILDER, True, tenant=acme.tenant)
    assert grain.remove(BUILDER, tenant=acme.tenant)
    assert not grain.is_on(BUILDER, acme.tenant)
    assert grain.remove(BUILDER)
    assert grain.is_on(BUILDER, acme.tenant)
    assert not grain.remove(BUILDER)


def test_a_value_is_set_once_per_scope(acme: Company) -> None:
    for new in (True, False):
        grain.put(BUILDER, new)
        grain.put(BUILDER, new, tenant=acme.tenant)
    assert Grain.objects.count() == 2


@pytest.mark.parametrize("wrong", ["false", 0, 1, None, [], {}, "yes"])
def test_s15_a_switch_takes_only_true_and_false(db: None, wrong: Any) -> None:
    with pytest.raises(ValidationError, match="must be true or false"):
        grain.put(BUILDER, wrong)


@pytest.mark.parametrize("wrong", [True, 7, None, []])
def test_a_text_takes_only_a_text(db: None, wrong: Any) -> None:
    with pytest.raises(ValidationError, match="must be a text"):
        grain.put("demo_tenant", wrong)


@pytest.mark.parametrize("key", ["", "Upper", "with space", "x" * 81, "ключ", "a\n"])
def test_keys_are_plain(db: None, key: str) -> None:
    with pytest.raises(ValidationError, match="A key has"):
        grain.put(key, True)


def test_a_stored_value_of_another_type_counts_as_none(acme: Company) -> None:
    Grain.objects.create(key=BUILDER, value="off", tenant=acme.tenant)
    assert grain.is_on(BUILDER, acme.tenant)
    grain.put(BUILDER, False)
    assert not grain.is_on(BUILDER, acme.tenant)


def test_a_value_costs_one_query(acme: Company, django_assert_num_queries: Any) -> None:
    grain.put(BUILDER, False)
    with django_assert_num_queries(1):
        grain.value(BUILDER, acme.tenant)


def test_asking_for_an_unknown_key_is_a_mistake_of_ours(db: None) -> None:
    with pytest.raises(KeyError):
        grain.value("widget_tracking_snippet_bilder_enabled")


# --- The page -------------------------------------------------------------------------------------------------------
def test_only_staff_see_the_page(world: World) -> None:
    assert signed_in(world.acme.owner).get("/settings/grain").status_code == 404
    assert signed_in(world.staff).get("/settings/grain").status_code == 200


def test_s15_staff_set_and_remove_on_the_page(world: World) -> None:
    browser = signed_in(world.staff)
    answer = browser.post("/settings/grain", {"key": BUILDER, "value": "false", "tenant": str(world.acme.tenant.pk)})
    assert answer.status_code == 302
    assert not grain.is_on(BUILDER, world.acme.tenant)
    row = Grain.objects.get()
    assert row.changed_by == world.staff
    page = browser.get("/settings/grain").content.decode()
    assert "Acme" in page
    assert "demo_tenant" in page
    assert browser.post(f"/settings/grain/{row.pk}/removal").status_code == 302
    assert grain.is_on(BUILDER, world.acme.tenant)


def test_unknown_keys_are_kept_and_shown(world: World) -> None:
    browser = signed_in(world.staff)
    assert browser.post("/settings/grain", {"key": "of_tomorrow", "value": '{"a": 1}'}).status_code == 302
    assert Grain.objects.get().value == {"a": 1}
    assert "of_tomorrow" in browser.get("/settings/grain").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"key": BUILDER, "value": "maybe"}, "must be true or false"),
        ({"key": "Not A Key", "value": "1"}, "A key has"),
        (
            {"key": "demo_tenant", "value": "x", "tenant": "01234567-89ab-7def-8123-456789abcdef"},
            "no tenant with this id",
        ),
    ],
)
def test_mistakes_are_named(world: World, typed: dict[str, str], words: str) -> None:
    answer = signed_in(world.staff).post("/settings/grain", typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Grain.objects.exists()


def test_the_page_asks_as_often_for_many_rows(world: World, django_assert_num_queries: Any) -> None:
    browser = signed_in(world.staff)
    counts = []
    for tenants in ([world.acme.tenant], [world.globex.tenant, None]):
        for tenant in tenants:
            grain.put(BUILDER, True, tenant=tenant, by=world.staff)
        with django_assert_num_queries(5) as queries:
            browser.get("/settings/grain")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- The API --------------------------------------------------------------------------------------------------------
@pytest.fixture
def staff(world: World) -> dict[str, str]:
    return bearer(Membership(user=world.staff, tenant=world.acme.tenant, role=Role.OWNER))


def put(client: Client, path: str, value: Any, headers: dict[str, str]) -> Any:
    return client.put(path, {"value": value}, headers=headers, content_type="application/json")


def test_s15_the_api_sets_reads_and_removes(world: World, staff: dict[str, str], client: Client) -> None:
    path = f"/api/grain/{BUILDER}"
    scoped = f"{path}?tenant_id={world.acme.tenant.pk}"
    assert put(client, path, False, staff).json()["source"] == "platform"
    assert put(client, scoped, True, staff).json() == {
        "key": BUILDER,
        "value": True,
        "source": "tenant",
        "default": True,
        "about": grain.KEYS[BUILDER].about,
    }
    assert client.get(path, headers=staff).json()["value"] is False
    assert client.get(scoped, headers=staff).json()["value"] is True
    listed = client.get("/api/grain", headers=staff).json()
    assert [row["key"] for row in listed["grain"]] == sorted(grain.KEYS)
    assert client.delete(scoped, headers=staff).status_code == 204
    assert client.delete(scoped, headers=staff).status_code == 404
    assert client.get(scoped, headers=staff).json()["source"] == "platform"


@pytest.mark.parametrize("value", ["x", 1, None])
def test_the_api_names_a_wrong_value(staff: dict[str, str], client: Client, value: Any) -> None:
    answer = put(client, f"/api/grain/{BUILDER}", value, staff)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert "value" in answer.json()["error"]["fields"]


@pytest.mark.parametrize("role", list(Role))
def test_the_api_is_for_staff_only(acme: Company, client: Client, role: Role) -> None:
    headers = bearer(acme.member(role))
    assert client.get("/api/grain", headers=headers).status_code == 403
    assert put(client, f"/api/grain/{BUILDER}", False, headers).status_code == 403
    assert client.delete(f"/api/grain/{BUILDER}", headers=headers).status_code == 403


@pytest.mark.parametrize(("query", "status"), [("?tenant_id=x", 400), ("?tenant_id=" + "0" * 32, 404)])
def test_a_scope_must_exist(staff: dict[str, str], client: Client, query: str, status: int) -> None:
    assert client.get(f"/api/grain{query}", headers=staff).status_code == status


def test_an_unknown_key_without_a_value_is_not_found(staff: dict[str, str], client: Client) -> None:
    assert client.get("/api/grain/of_tomorrow", headers=staff).status_code == 404
    assert put(client, "/api/grain/of_tomorrow", [1], staff).json()["value"] == [1]
    assert put(client, "/api/grain/Not A Key", 1, staff).status_code == 404


def test_a_removed_admin_loses_the_switches(world: World, staff: dict[str, str], client: Client) -> None:
    world.staff.is_staff = False
    world.staff.save()
    answer = client.get("/api/grain", headers=staff)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_revoked")
