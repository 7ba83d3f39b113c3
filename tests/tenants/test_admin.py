"""The platform's own admin: for staff only, and every page of ours opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tenants import credentials, grain, usage
from tenants.models import AuditEntry, Grain, Invitation, Membership, Plan, Tenant, UsagePeriod, User
from tenants.signals import access_ended
from tests.world import World, signed_in

OURS = [User, Tenant, Membership, Plan, Grain, UsagePeriod, Invitation, AuditEntry]


def address(model: type[Any], page: str, *args: Any) -> str:
    return reverse(f"admin:tenants_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def full(world: World) -> World:
    """A world with a row of each kind."""
    usage.count_conversation(world.acme.tenant)
    grain.put("demo_tenant", "x", tenant=world.acme.tenant, by=world.staff)
    Invitation.objects.create(tenant=world.acme.tenant, email="new@person.example")
    return world


def test_only_staff_come_in(full: World, client: Client) -> None:
    assert signed_in(full.acme.owner).get("/admin/tenants/tenant/").status_code in (302, 403)
    answer = client.get("/admin/login/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/"), "one page to sign in, with one lock on guessing"


@pytest.mark.parametrize("model", OURS)
def test_lists_search_and_rows_open(full: World, model: type[Any]) -> None:
    browser = signed_in(full.staff)
    search = "?q=a" if admin.site._registry[model].search_fields else ""
    assert browser.get(address(model, "changelist") + search).status_code == 200
    row = model._default_manager.first()
    assert browser.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", [User, Tenant, Plan, Grain])
def test_adding_opens(full: World, model: type[Any]) -> None:
    assert signed_in(full.staff).get(address(model, "add")).status_code == 200


def test_staff_add_a_person(full: World) -> None:
    answer = signed_in(full.staff).post(
        address(User, "add"),
        {
            "email": "Second@Platform.example",
            "name": "Second",
            "usable_password": "true",
            "password1": "correct horse battery",
            "password2": "correct horse battery",
        },
    )
    assert answer.status_code == 302
    assert User.objects.get(email__iexact="second@platform.example").check_password("correct horse battery")


def test_staff_open_a_companys_dashboard(full: World) -> None:
    browser = signed_in(full.staff)
    chosen = {"action": "look_at", "_selected_action": str(full.globex.tenant.pk)}
    assert browser.post(address(Tenant, "changelist"), chosen)["Location"] == "/"
    assert browser.get("/settings/people").context["request"].tenant == full.globex.tenant


def test_a_wrong_grain_value_is_refused_here_too(full: World) -> None:
    wrong = {"key": "demo_tenant", "value": "7", "tenant": ""}
    answer = signed_in(full.staff).post(address(Grain, "add"), wrong)
    assert answer.status_code == 200
    assert "must be a text" in answer.content.decode()


def test_pages_carry_no_inline_script(full: World) -> None:
    for model in OURS:
        page = signed_in(full.staff).get(address(model, "changelist")).content.decode()
        assert "<script>" not in page
        assert " onclick=" not in page


def test_locking_somebody_out_ends_what_they_have_open(full: World, client: Client) -> None:
    told: list[Any] = []

    def hear(user_id: Any, **_: Any) -> None:
        told.append(user_id)

    access_ended.connect(hear)
    pair = credentials.issue_pair(full.acme.agent)
    person = full.acme.agent.user
    body = {"email": person.email, "name": person.name}
    answer = signed_in(full.staff).post(address(User, "change", person.pk), body)
    access_ended.disconnect(hear)
    assert answer.status_code == 302
    assert told == [person.pk]
    refresh = client.post("/api/auth/refresh", {"refresh": pair.refresh}, content_type="application/json")
    assert refresh.status_code == 401


@pytest.mark.parametrize("model", [User, Tenant, Membership])
def test_nothing_that_others_stand_on_is_deleted_here(full: World, model: type[Any]) -> None:
    row = model._default_manager.first()
    assert signed_in(full.staff).post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()
