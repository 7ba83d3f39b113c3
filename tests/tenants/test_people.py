"""Roles, in pages and API alike: who may do what to whom, and that an owner always remains."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from tenants import services
from tenants.models import Membership, Role
from tenants.signals import access_ended
from tests import factories
from tests.world import Company, World, bearer, make_company, signed_in

PAGES_FROM = {
    "/settings/profile": Role.AGENT,
    "/settings/company": Role.ADMIN,
    "/settings/usage": Role.ADMIN,
    "/settings/people": Role.ADMIN,
}
CALLS_FROM = {
    "/api/users": Role.ADMIN,
    "/api/invitations": Role.ADMIN,
    "/api/usage": Role.ADMIN,
}


@pytest.fixture
def ended() -> Any:
    """What `access_ended` told."""
    told: list[tuple[Any, Any]] = []

    def hear(user_id: Any, tenant_id: Any, **_: Any) -> None:
        assert connection.in_atomic_block
        told.append((user_id, tenant_id))

    access_ended.connect(hear)
    yield told
    access_ended.disconnect(hear)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("page", PAGES_FROM)
def test_d14_pages_open_from_their_role_on(acme: Company, page: str, role: Role) -> None:
    answer = signed_in(acme.member(role)).get(page)
    assert answer.status_code == (200 if role.covers(PAGES_FROM[page]) else 403)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", CALLS_FROM)
def test_d14_calls_open_from_their_role_on(acme: Company, client: Client, path: str, role: Role) -> None:
    answer = client.get(path, headers=bearer(acme.member(role)))
    assert answer.status_code == (200 if role.covers(CALLS_FROM[path]) else 403)


@pytest.mark.parametrize("page", [*PAGES_FROM, "/settings/grain"])
def test_strangers_are_asked_to_sign_in(client: Client, db: None, page: str) -> None:
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={page}")


def test_htmx_is_sent_to_sign_in_as_a_whole_page(client: Client, db: None) -> None:
    current = "http://testserver/settings/people?x=1"
    answer = client.get("/settings/people", headers={"HX-Request": "true", "HX-Current-URL": current})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=/settings/people%3Fx%3D1"


def test_d14_the_list_shows_the_company_and_nobody_else(acme: Company, globex: Company, client: Client) -> None:
    users = client.get("/api/users", headers=bearer(acme.admin)).json()
    assert {user["email"] for user in users["users"]} == {f"{role}@acme.example" for role in Role}
    assert (users["total"], users["limit"], users["offset"]) == (4, 50, 0)
    page = signed_in(acme.admin).get("/settings/people").content.decode()
    assert "agent@acme.example" in page
    assert "globex.example" not in page


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_strangers_colleague_is_not_found(acme: Company, globex: Company, client: Client, method: str) -> None:
    call = getattr(client, method)
    answer = call(f"/api/users/{globex.agent.user_id}", headers=bearer(acme.owner))
    assert answer.status_code == 404
    browser = signed_in(acme.owner)
    for action in ("role", "removal"):
        answer = browser.post(f"/settings/people/{globex.agent.user_id}/{action}", {"role": "admin"})
        assert answer.status_code == 404
    assert Membership.objects.filter(pk=globex.agent.pk, role=Role.AGENT).exists()


def patch_role(client: Client, who: Membership, by: Membership, role: str) -> Any:
    body = {"role": role}
    return client.patch(f"/api/users/{who.user_id}", body, headers=bearer(by), content_type="application/json")


def test_d14_an_admin_changes_roles(acme: Company, client: Client, ended: Any) -> None:
    answer = patch_role(client, acme.agent, acme.admin, "manager")
    assert (answer.status_code, answer.json()["role"]) == (200, "manager")
    assert ended == [(acme.agent.user_id, acme.tenant.pk)]


def test_changing_to_the_same_role_disturbs_nobody(acme: Company, client: Client, ended: Any) -> None:
    assert patch_role(client, acme.agent, acme.admin, "agent").status_code == 200
    assert ended == []


@pytest.mark.parametrize(
    ("by", "who", "role"),
    [
        ("admin", "agent", "owner"),
        ("admin", "owner", "agent"),
        ("admin", "admin", "owner"),
        ("manager", "agent", "manager"),
        ("agent", "agent", "admin"),
    ],
)
def test_d14_nobody_reaches_above_themselves(acme: Company, client: Client, by: str, who: str, role: str) -> None:
    answer = patch_role(client, acme.member(who), acme.member(by), role)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    with pytest.raises(PermissionDenied):
        services.change_role(membership=acme.member(who), role=Role(role), by=acme.member(by))
    assert Membership.objects.get(pk=acme.member(who).pk).role == who


@pytest.mark.parametrize("by", ["manager", "admin"])
def test_d14_only_owners_remove_owners(acme: Company, by: str) -> None:
    with pytest.raises(PermissionDenied):
        services.remove_member(membership=acme.owner, by=acme.member(by))


def test_d14_the_last_owner_stays(acme: Company, client: Client) -> None:
    answer = client.delete(f"/api/users/{acme.owner.user_id}", headers=bearer(acme.owner))
    assert answer.status_code == 400
    assert "needs an owner" in answer.json()["error"]["message"]
    assert patch_role(client, acme.owner, acme.owner, "admin").status_code == 400
    browser = signed_in(acme.owner)
    answer = browser.post(f"/settings/people/{acme.owner.user_id}/removal", follow=True)
    assert "A company needs an owner" in answer.content.decode()
    assert Membership.objects.get(pk=acme.owner.pk).role == Role.OWNER


def test_d14_an_owner_hands_over(acme: Company, client: Client) -> None:
    assert patch_role(client, acme.admin, acme.owner, "owner").status_code == 200
    assert patch_role(client, acme.owner, acme.owner, "agent").status_code == 200


def race(*tries: Callable[[], Any]) -> list[Any]:
    """Run at the same moment, each on a connection of its own; gives what each returned or raised."""
    start, results = threading.Barrier(len(tries)), [None] * len(tries)

    def run(number: int, attempt: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            results[number] = attempt()
        except (ValidationError, PermissionDenied) as problem:
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_d14_two_owners_cannot_remove_each_other_at_once(attempt: int) -> None:
    acme = make_company("acme")
    second = factories.make_member(acme.tenant, Role.OWNER)
    results = race(
        lambda: services.remove_member(membership=acme.owner, by=second),
        lambda: services.remove_member(membership=second, by=acme.owner),
    )
    assert sum(isinstance(result, ValidationError) for result in results) == 1
    assert Membership.objects.for_tenant(acme.tenant).filter(role=Role.OWNER).count() == 1


def test_d14_removal_ends_access_at_once(acme: Company, ended: Any) -> None:
    browser = signed_in(acme.agent)
    assert browser.get("/settings/profile").status_code == 200
    answer = signed_in(acme.owner).post(f"/settings/people/{acme.agent.user_id}/removal", follow=True)
    assert "is removed and signed out" in answer.content.decode()
    assert ended == [(acme.agent.user_id, acme.tenant.pk)]
    answer = browser.get("/settings/profile")
    assert answer.status_code == 403
    assert "You belong to no company yet" in answer.content.decode()
    assert browser.post("/api/auth/session").status_code == 403


def test_who_leaves_one_company_falls_to_another(acme: Company, globex: Company) -> None:
    factories.make_member(globex.tenant, Role.AGENT, user=acme.agent.user)
    browser = signed_in(acme.agent)
    assert browser.get("/settings/profile").context["request"].tenant == acme.tenant
    browser.post(f"/settings/people/{acme.agent.user_id}/removal")
    assert browser.get("/settings/profile").context["request"].tenant == globex.tenant


def test_d14_switching_goes_to_own_companies_only(acme: Company, globex: Company) -> None:
    browser = signed_in(acme.owner)
    assert browser.post("/switch", {"tenant": str(globex.tenant.pk)}).status_code == 404
    assert browser.post("/switch", {"tenant": "globex"}).status_code == 404
    factories.make_member(globex.tenant, Role.AGENT, user=acme.owner.user)
    answer = browser.post("/switch", {"tenant": str(globex.tenant.pk), "next": "//evil.example/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    page = browser.get("/settings/profile")
    assert page.context["request"].tenant == globex.tenant
    assert browser.get("/settings/people").status_code == 403, "an agent there"


def test_staff_stand_above_companies(world: World) -> None:
    browser = signed_in(world.staff)
    assert browser.get("/settings/profile").status_code == 403
    assert browser.post("/switch", {"tenant": str(world.acme.tenant.pk)}).status_code == 302
    assert browser.get("/settings/people").status_code == 200
    assert Membership.objects.filter(user=world.staff).count() == 0


def test_times_are_shown_in_the_companys_zone(acme: Company) -> None:
    acme.tenant.timezone = "Asia/Kathmandu"
    acme.tenant.save()
    assert 'data-timezone="Asia/Kathmandu"' in signed_in(acme.agent).get("/settings/profile").content.decode()


@pytest.mark.parametrize(
    ("typed", "stored"), [("Europe/Vienna", "Europe/Vienna"), ("america/new york", "America/New_York"), ("utc", "UTC")]
)
def test_the_companys_zone_is_found_by_its_name(acme: Company, typed: str, stored: str) -> None:
    answer = signed_in(acme.admin).post("/settings/company", {"name": "Acme & Sons", "timezone": typed})
    assert answer.status_code == 302
    acme.tenant.refresh_from_db()
    assert (acme.tenant.name, acme.tenant.timezone) == ("Acme & Sons", stored)


def test_a_wrong_zone_is_named(acme: Company) -> None:
    answer = signed_in(acme.admin).post("/settings/company", {"name": "Acme", "timezone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert "This is not a time zone" in answer.content.decode()


def test_a_person_changes_their_name(acme: Company) -> None:
    browser = signed_in(acme.agent)
    assert browser.post("/settings/profile", {"name": "Ada L."}).status_code == 302
    assert browser.post("/settings/profile", {"name": " "}).status_code == 422
    acme.agent.user.refresh_from_db()
    assert acme.agent.user.name == "Ada L."


@pytest.mark.parametrize("page", ["/settings/people", "/settings/profile", "/settings/company"])
def test_pages_ask_the_database_as_often_for_many_rows(
    acme: Company, page: str, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(acme.owner)
    counts = []
    for more in (0, 3):
        for _ in range(more):
            factories.make_member(acme.tenant)
            factories.make_member(factories.make_tenant(f"Tenant {more}"), user=acme.owner.user)
        with django_assert_max_num_queries(9) as queries:
            assert browser.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
