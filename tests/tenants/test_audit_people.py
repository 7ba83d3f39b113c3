"""P10: what is done to people, their accounts, the company, its plan and its switches stands in the audit log."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.test import Client

from tenants import grain, invitations
from tenants.mails import invitation_url
from tenants.models import AuditEntry, Invitation, Membership, Role, Tenant, User, Verb
from tests import factories
from tests.factories import PASSWORD
from tests.world import Company, World, bearer, signed_in

NEW = "another long password"


def told(tenant: Tenant | None) -> list[tuple[str, str, dict[str, Any]]]:
    """What the company's log says, oldest first: verb, target, details."""
    rows = AuditEntry.objects.filter(tenant=tenant).order_by("id")
    return [(row.verb, row.target_name, row.details) for row in rows]


def test_p10_an_invitation_from_beginning_to_end(acme: Company, client: Client) -> None:
    owner = signed_in(acme.owner)
    owner.post("/settings/people", {"email": "new@acme.example", "role": "manager"})
    invitation = Invitation.objects.get()
    owner.post(f"/settings/invitations/{invitation.pk}/renewal")
    invitation.refresh_from_db()
    client.post(invitation_url(invitation), {"name": "Nora New", "password": PASSWORD})
    assert told(acme.tenant) == [
        (Verb.INVITATION_SENT, "new@acme.example", {"role": "manager"}),
        (Verb.INVITATION_RENEWED, "new@acme.example", {"role": "manager"}),
        (Verb.MEMBER_JOINED, "Nora New", {"role": "manager"}),
    ]
    joined = AuditEntry.objects.get(verb=Verb.MEMBER_JOINED)
    assert (joined.actor_name, joined.actor_kind, joined.ip_address) == ("Nora New", "person", "127.0.0.1")


def test_p10_an_invitation_again_or_withdrawn(acme: Company, client: Client) -> None:
    for role in ("agent", "manager"):
        body = {"email": "new@acme.example", "role": role}
        client.post("/api/invitations", body, "application/json", headers=bearer(acme.owner))
    invitation = Invitation.objects.get()
    client.delete(f"/api/invitations/{invitation.pk}", headers=bearer(acme.owner))
    assert [verb for verb, *_ in told(acme.tenant)] == [
        Verb.INVITATION_SENT, Verb.INVITATION_RENEWED, Verb.INVITATION_WITHDRAWN,
    ]  # fmt: skip


def test_p10_who_belongs_already_joins_no_second_time(acme: Company) -> None:
    invitation = invitations.invite(tenant=acme.tenant, email="x@acme.example", role=Role.AGENT, by=acme.owner)
    member = factories.make_member(acme.tenant, email="x@acme.example")
    invitations.accept(invitation=invitation, user=member.user)
    assert Verb.MEMBER_JOINED not in [verb for verb, *_ in told(acme.tenant)]


def test_p10_a_member_is_removed_or_leaves(acme: Company) -> None:
    signed_in(acme.owner).post(f"/settings/people/{acme.manager.user_id}/removal")
    signed_in(acme.agent).post(f"/settings/people/{acme.agent.user_id}/removal")
    assert told(acme.tenant) == [
        (Verb.MEMBER_REMOVED, "Manager of Acme", {"role": "manager"}),
        (Verb.MEMBER_LEFT, "Agent of Acme", {"role": "agent"}),
    ]


def test_p10_a_role_that_stays_is_no_act(acme: Company) -> None:
    signed_in(acme.owner).post(f"/settings/people/{acme.agent.user_id}/role", {"role": "agent"})
    assert told(acme.tenant) == []


def test_p10_a_company_is_founded(client: Client, acme: Company) -> None:
    signed_in(acme.agent).post("/companies", {"company": "Side Business"})
    form = {"name": "Sue", "company": "Sue & Sons", "email": "sue@example.com", "password1": PASSWORD}
    client.post("/accounts/signup/", form)
    founded = AuditEntry.objects.filter(verb=Verb.COMPANY_FOUNDED).order_by("id")
    assert [(row.target_name, row.actor_name) for row in founded] == [
        ("Side Business", "Agent of Acme"), ("Sue & Sons", "Sue"),
    ]  # fmt: skip


@pytest.mark.parametrize("over", ["page", "mail", "staff"])
def test_p10_a_new_password_is_told_to_each_of_somebodys_companies(world: World, client: Client, over: str) -> None:
    acme, globex = world.acme, world.globex
    user = acme.agent.user
    factories.make_member(globex.tenant, user=user)
    change_password(over, user, client, world)
    assert user.check_password(NEW) or User.objects.get(pk=user.pk).check_password(NEW)
    verb = Verb.ACCOUNT_PASSWORD_RESET if over == "mail" else Verb.ACCOUNT_PASSWORD_CHANGED
    assert told(acme.tenant) == told(globex.tenant) == [(verb, "Agent of Acme", {})]
    row = AuditEntry.objects.get(tenant=acme.tenant)
    assert (row.actor, row.actor_kind) == ((world.staff, "staff") if over == "staff" else (user, "person"))


def change_password(over: str, user: User, client: Client, world: World) -> None:
    if over == "page":
        form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        signed_in(user).post("/accounts/password/change/", form)
    elif over == "mail":
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        page = client.get(f"/accounts/password/reset/key/{key}/", follow=True)
        client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    else:
        form = {"usable_password": "true", "password1": NEW, "password2": NEW, "set-password": "x"}
        signed_in(world.staff).post(f"/admin/tenants/user/{user.pk}/password/", form)


def test_p10_a_wrong_old_password_is_no_act(acme: Company) -> None:
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    signed_in(acme.agent).post("/accounts/password/change/", form)
    assert told(acme.tenant) == []


def test_p10_other_addresses_to_sign_in_with_are_told_without_naming_them(acme: Company) -> None:
    user = acme.agent.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    EmailAddress.objects.create(user=user, email="private@elsewhere.example", verified=True)
    browser = signed_in(user)
    browser.post("/accounts/email/", {"action_add": "", "email": "third@elsewhere.example"})
    browser.post("/accounts/email/", {"action_primary": "", "email": "private@elsewhere.example"})
    browser.post("/accounts/email/", {"action_remove": "", "email": "third@elsewhere.example"})
    assert told(acme.tenant) == [(Verb.ACCOUNT_EMAIL_CHANGED, "Agent of Acme", {})] * 3
    assert not AuditEntry.objects.filter(details__icontains="elsewhere").exists()


def test_p10_an_owner_takes_another_plan(acme: Company, client: Client) -> None:
    factories.make_plan("business")
    owner = signed_in(acme.owner)
    owner.post("/settings/usage/plan", {"plan": "business"})
    owner.post("/settings/usage/plan", {"plan": "business"})
    owner.post("/settings/usage/overage", {"allowed": "on"})
    assert told(acme.tenant) == [
        (Verb.PLAN_CHANGED, "Business", {"changes": {"plan_id": ["starter", "business"]}}),
        (Verb.PLAN_CHANGED, "Business", {"changes": {"allows_overage": [False, True]}}),
    ]


def test_p10_staff_change_a_company_in_the_admin(world: World) -> None:
    factories.make_plan("business")
    tenant = world.acme.tenant
    staff = signed_in(world.staff)
    url = f"/admin/tenants/tenant/{tenant.pk}/change/"
    page = staff.get(url)
    prefixes = [formset.formset.prefix for formset in page.context["inline_admin_formsets"]]
    form = {"name": "Acme Ltd", "timezone": "UTC", "plan": "business", "allows_overage": "on"}
    form |= {f"{prefix}-{word}_FORMS": 0 for prefix in prefixes for word in ("TOTAL", "INITIAL")}
    added = factories.make_user("helper@example.com", name="Helper")
    form |= {f"{prefixes[0]}-TOTAL_FORMS": 1, f"{prefixes[0]}-0-user": added.pk, f"{prefixes[0]}-0-role": "admin"}
    answer = staff.post(url, form)
    assert answer.status_code == 302, answer.context["errors"]
    assert told(tenant) == [
        (Verb.COMPANY_CHANGED, "Acme Ltd", {"changes": {"name": ["Acme", "Acme Ltd"]}}),
        (
            Verb.PLAN_CHANGED,
            "Business",
            {"changes": {"plan_id": ["starter", "business"], "allows_overage": [False, True]}},
        ),
        (Verb.MEMBER_ADDED, "Helper", {"role": "admin"}),
    ]
    assert set(AuditEntry.objects.values_list("actor_kind", "actor")) == {("staff", world.staff.pk)}


def test_p10_staff_found_a_company_and_change_a_plan(world: World) -> None:
    staff = signed_in(world.staff)
    page = staff.get("/admin/tenants/tenant/add/")
    prefixes = [formset.formset.prefix for formset in page.context["inline_admin_formsets"]]
    form = {"name": "Initech", "timezone": "UTC", "plan": "starter"}
    form |= {f"{prefix}-{word}_FORMS": 0 for prefix in prefixes for word in ("TOTAL", "INITIAL")}
    assert staff.post("/admin/tenants/tenant/add/", form).status_code == 302
    assert told(Tenant.objects.get(name="Initech")) == [(Verb.COMPANY_FOUNDED, "Initech", {})]
    form = {"name": "Starter", "conversations": 300, "knowledge_characters": 500_000, "is_offered": "on"}
    assert staff.post("/admin/tenants/plan/starter/change/", {"key": "starter", **form}).status_code == 302
    assert told(None) == [(Verb.PLAN_CHANGED, "Starter", {"changes": {"conversations": [250, 300]}})]


def test_p10_staff_lock_somebody_out(world: World) -> None:
    user = world.acme.agent.user
    form = {"email": "other@acme.example", "name": user.name}
    assert signed_in(world.staff).post(f"/admin/tenants/user/{user.pk}/change/", form).status_code == 302
    ((verb, _, details),) = told(world.acme.tenant)
    assert (verb, details) == (Verb.ACCOUNT_CHANGED, {"changes": {"email": [], "is_active": [True, False]}})


def test_p10_switches_of_a_company_and_of_the_platform(world: World, client: Client) -> None:
    tenant, key = world.acme.tenant, "widget_tracking_snippet_builder_enabled"
    member = Membership(tenant=tenant, user=world.staff, role=Role.OWNER)
    url = f"/api/grain/{key}?tenant_id={tenant.pk}"
    client.put(url, {"value": False}, "application/json", headers=bearer(member))
    client.delete(url, headers=bearer(member))
    client.put(f"/api/grain/{key}", {"value": False}, "application/json", headers=bearer(member))
    set_so = (Verb.GRAIN_SET, key, {"changes": {"value": [None, False]}})
    assert told(tenant) == [set_so, (Verb.GRAIN_REMOVED, key, {})]
    assert told(None) == [set_so]


def test_p10_staff_set_switches_in_the_admin(world: World) -> None:
    staff = signed_in(world.staff)
    staff.post("/admin/tenants/grain/add/", {"key": "someones_api_key", "value": '"hush"', "tenant": ""})
    row = grain.put("someones_api_key", "quiet")
    staff.post(f"/admin/tenants/grain/{row.pk}/delete/", {"post": "yes"})
    row = grain.put("other", True, tenant=world.acme.tenant)
    act = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    staff.post("/admin/tenants/grain/", act)
    unknown = (Verb.GRAIN_SET, "someones_api_key", {"changes": {"value": []}})
    assert told(None) == [unknown, unknown, (Verb.GRAIN_REMOVED, "someones_api_key", {})]
    assert told(world.acme.tenant)[-1] == (Verb.GRAIN_REMOVED, "other", {})
