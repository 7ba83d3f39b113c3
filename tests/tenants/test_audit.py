"""The audit log itself: one row an act, kept with the act or not at all, by whom and from where, and never changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from autochat.celery import BEAT
from tenants import audit, services
from tenants.audit import pruning
from tenants.audit.recording import NotInTransaction
from tenants.models import AuditEntry, Membership, Role, Tenant, Verb
from tenants.tasks import prune_audit_log
from tests import factories
from tests.world import Company, World, bearer, signed_in


def entry(tenant: Tenant | None, **fields: Any) -> AuditEntry:
    """A row as the services write them."""
    fields = {"verb": Verb.COMPANY_CHANGED, "actor_kind": "person", "actor_name": "Ada", **fields}
    return AuditEntry.objects.create(tenant=tenant, target_kind=fields["verb"].subject, **fields)


def rename(who: Membership, name: str = "Acme & Sons", **more: Any) -> Any:
    form = {"name": name, "timezone": "Europe/Vienna"}
    return signed_in(who).post("/settings/company", form, **more)


@pytest.mark.parametrize("verb", list(Verb))
def test_p10_every_verb_has_its_subject(verb: Verb) -> None:
    assert verb.subject == verb.partition(".")[0]
    assert len(verb) <= 48
    assert len(verb.subject) <= 24


@pytest.mark.django_db(transaction=True)
def test_p10_an_act_outside_of_its_transaction_is_refused() -> None:
    tenant = factories.make_tenant()
    with pytest.raises(NotInTransaction, match="use transaction"):
        audit.record(Verb.COMPANY_CHANGED, tenant=tenant)
    with pytest.raises(NotInTransaction):
        audit.record_for_places(Verb.ACCOUNT_PASSWORD_CHANGED, factories.make_user())


@pytest.mark.django_db(transaction=True)
def test_p10_what_is_undone_leaves_no_entry_and_what_cannot_be_recorded_is_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member = factories.make_member(factories.make_tenant())
    owner = factories.make_member(member.tenant, Role.OWNER)

    def change_and_fail() -> None:
        with transaction.atomic():
            services.change_role(membership=member, role=Role.ADMIN, by=owner)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert not AuditEntry.objects.exists()
    with monkeypatch.context() as broken:
        broken.setattr(AuditEntry, "save", lambda *_, **__: connection.cursor().execute("SELECT 1 / 0"))
        with pytest.raises(DataError):
            services.change_role(membership=member, role=Role.ADMIN, by=owner)
    assert Membership.objects.get(pk=member.pk).role == Role.AGENT


@pytest.mark.parametrize("tenantless", [False, True])
def test_p10_the_database_refuses_to_change_or_delete_an_entry(acme: Company, tenantless: bool) -> None:
    kept = entry(None if tenantless else acme.tenant, at=timezone.now() - timedelta(days=399))
    connection.check_constraints()  # or TRUNCATE would fail for the checks that wait
    for attempt in (
        lambda: AuditEntry.objects.filter(pk=kept.pk).update(actor_name="Somebody else"),
        lambda: AuditEntry.objects.filter(pk=kept.pk).delete(),
        lambda: connection.cursor().execute("TRUNCATE tenants_auditentry"),
    ):
        with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
            attempt()
    kept.refresh_from_db()
    assert kept.actor_name == "Ada"


def test_p10_an_old_entry_still_cannot_be_changed(acme: Company) -> None:
    entry(acme.tenant, at=timezone.now() - timedelta(days=500))
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(actor_name="Somebody else")


def test_p10_entries_go_with_their_company(db: None) -> None:
    gone, stays = factories.make_tenant("Gone"), factories.make_tenant("Stays")
    entry(gone)
    entry(stays)
    gone.delete()
    assert [row.tenant for row in AuditEntry.objects.all()] == [stays]


def test_p10_entries_of_a_company_that_is_not_there_are_refused(db: None) -> None:
    AuditEntry.objects.create(tenant_id=factories.make_user().pk, verb="x", actor_name="x")
    with pytest.raises(IntegrityError, match="goes_with_tenant"):
        connection.check_constraints()


def test_p10_entries_are_pruned_after_400_days_in_parts(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    now = timezone.now()
    for days in (400, 401, 450, 500, 800):
        entry(acme.tenant, at=now - timedelta(days=days, minutes=2))
    young = [entry(acme.tenant, at=now - timedelta(days=days)) for days in (0, 399)]
    prune_audit_log()
    assert set(AuditEntry.objects.all()) == set(young)
    assert any(ring["task"] == prune_audit_log.name for ring in BEAT.values())


def test_p10_who_when_and_from_where(acme: Company) -> None:
    before = timezone.now()
    assert rename(acme.admin, REMOTE_ADDR="2001:db8::7").status_code == 302
    row = AuditEntry.objects.get()
    assert (row.tenant, row.verb, row.actor, row.actor_kind) == (
        acme.tenant, Verb.COMPANY_CHANGED, acme.admin.user, "person",
    )  # fmt: skip
    assert (row.actor_name, row.actor_email) == ("Admin of Acme", "admin@acme.example")
    assert (row.target_kind, row.target_id, row.target_name) == ("company", str(acme.tenant.pk), "Acme & Sons")
    assert row.details == {"changes": {"name": ["Acme", "Acme & Sons"], "timezone": ["UTC", "Europe/Vienna"]}}
    assert row.ip_address == "2001:db8::7"
    assert abs(row.at - before) < timedelta(minutes=1)


def test_p10_names_stay_as_they_were(acme: Company) -> None:
    rename(acme.admin)
    user = acme.admin.user
    user.name, user.email = "Ada Married", "ada@elsewhere.example"
    user.save()
    acme.admin.delete()
    row = AuditEntry.objects.get()
    assert (row.actor_name, row.actor_email) == ("Admin of Acme", "admin@acme.example")


def test_p10_saving_what_is_there_already_is_no_act(acme: Company) -> None:
    acme.tenant.timezone = "Europe/Vienna"
    acme.tenant.save()
    assert rename(acme.admin, "Acme").status_code == 302
    assert not AuditEntry.objects.exists()


def test_p10_an_address_that_is_none_is_left_out(acme: Company) -> None:
    rename(acme.admin, REMOTE_ADDR="")
    assert AuditEntry.objects.get().ip_address is None


def test_p10_the_api_is_told_apart_from_pages(acme: Company, client: Client) -> None:
    url = f"/api/users/{acme.agent.user_id}"
    client.patch(url, {"role": "manager"}, "application/json", headers=bearer(acme.owner))
    row = AuditEntry.objects.get()
    assert (row.actor, row.actor_kind, row.verb) == (acme.owner.user, "api", Verb.MEMBER_ROLE_CHANGED)
    assert (row.target_id, row.target_name) == (str(acme.agent.user_id), "Agent of Acme")
    assert row.details == {"changes": {"role": ["agent", "manager"]}}


def test_p10_platform_staff_are_told_apart_from_people(world: World) -> None:
    browser = signed_in(world.staff)
    browser.post("/switch", {"tenant": str(world.acme.tenant.pk)})
    browser.post("/settings/company", {"name": "Acme", "timezone": "Europe/Vienna"})
    row = AuditEntry.objects.get()
    assert (row.tenant, row.actor, row.actor_kind) == (world.acme.tenant, world.staff, "staff")
    factories.make_member(world.globex.tenant, Role.OWNER, user=world.staff)
    browser.post("/switch", {"tenant": str(world.globex.tenant.pk)})
    browser.post("/settings/company", {"name": "Globex", "timezone": "Europe/Vienna"})
    assert AuditEntry.objects.get(tenant=world.globex.tenant).actor_kind == "person"


def test_p10_what_nobody_asked_for_is_ours(acme: Company) -> None:
    audit.record(Verb.WEBHOOK_DISABLED, tenant=acme.tenant)
    row = AuditEntry.objects.get()
    assert (row.actor, row.actor_kind, row.actor_name, row.ip_address) == (None, "system", "autochat", None)


def test_p10_staff_read_entries_in_the_admin_and_change_none(world: World) -> None:
    rename(world.acme.admin)
    row = AuditEntry.objects.get()
    browser = signed_in(world.staff)
    page = browser.get("/admin/tenants/auditentry/")
    assert "Acme &amp; Sons" in page.content.decode()
    url = f"/admin/tenants/auditentry/{row.pk}"
    assert "Europe/Vienna" in browser.get(f"{url}/change/").content.decode()
    assert browser.post(f"{url}/change/", {"actor_name": "x"}).status_code == 403
    assert browser.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get("/admin/tenants/auditentry/add/").status_code == 403
    assert AuditEntry.objects.get().actor_name == "Admin of Acme"


def test_p10_secrets_are_struck_out_of_names_and_values(acme: Company) -> None:
    seen = audit.changes({"label": "old"}, {"label": "Bearer abcdefghijklmnop"}, shown=["label"])
    audit.record(Verb.PROVIDER_KEY_CHANGED, tenant=acme.tenant, name="x" * 90 + " sk-abcdefghijklmnop", changes=seen)
    row = AuditEntry.objects.get()
    assert "sk-abcd" not in row.target_name
    assert "abcdefghijklmnop" not in str(row.details)
    assert len(row.target_name) <= 100


@pytest.mark.parametrize("value", [{"a": 1}, b"bytes", list(range(21)), object()])
def test_p10_what_is_not_plain_is_only_named(value: Any) -> None:
    assert audit.changes({"x": None}, {"x": value}, shown=["x"]) == {"x": []}
    assert audit.changes({"x": "a"}, {"x": "b"}) == {"x": []}
    assert audit.changes({"x": "a", "y": 1}, {"x": "a"}) == {}
