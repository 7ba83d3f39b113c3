"""D15: the page about plan and use, taking another plan, and the mails in time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from assistants.knowledge import add_source
from tenants import notices, plans, tasks, usage
from tenants.models import Plan, Role, UsagePeriod
from tests import factories
from tests.world import Company, World, signed_in


def use(company: Company, conversations: int, day: int = 1) -> UsagePeriod:
    """Let a company have begun so many conversations this month."""
    period, _ = UsagePeriod.objects.get_or_create(tenant=company.tenant, starts=usage.this_month())
    period.conversations = conversations
    period.days[day - 1] = conversations
    period.save()
    return period


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def at(monkeypatch: pytest.MonkeyPatch, *moment: int) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type]


def test_d15_so_far_and_where_it_leads(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2027, 4, 11)
    use(acme, 100, day=10)
    month = usage.usage(acme.tenant)
    assert (month.projected, month.days_left, month.overage) == (300, 20, 0)
    assert month.runs_out_at == datetime(2027, 4, 26, tzinfo=UTC)
    assert month.resets_at == datetime(2027, 5, 1, tzinfo=UTC)
    assert month.days == [0] * 9 + [100, 0]


@pytest.mark.parametrize(
    ("moment", "day", "left"), [((2027, 2, 1), 0, 28), ((2028, 2, 29, 23, 59), 28, 1), ((2027, 12, 31), 30, 1)]
)
def test_d15_each_conversation_counts_on_its_utc_day(
    acme: Company, monkeypatch: pytest.MonkeyPatch, moment: tuple[int, ...], day: int, left: int
) -> None:
    acme.tenant.timezone = "Pacific/Auckland"  # where it is another day
    acme.tenant.save()
    at(monkeypatch, *moment)
    usage.count_conversation(acme.tenant)
    usage.count_conversation(acme.tenant)
    month = usage.usage(acme.tenant)
    assert (month.days, month.days_left) == ([0] * day + [2], left)


def test_d15_the_page_shows_the_month(acme: Company) -> None:
    use(acme, 123)
    add_source(tenant=acme.tenant, title="Delivery", body="x" * 1234)
    page = signed_in(acme.admin).get("/settings/usage")
    said = words(page)
    assert "123 of 250 conversations this month" in said
    assert "1,234 of 500,000 characters of knowledge" in said
    assert "00:00 UTC" in said
    assert "/settings/budget" in page.content.decode()
    assert page.content.decode().count('<rect class="chart-bar"') == timezone.now().day


def test_d15_a_month_without_conversations_says_what_counts(acme: Company) -> None:
    assert "Nothing begun this month" in words(signed_in(acme.owner).get("/settings/usage"))


@pytest.mark.parametrize(
    ("conversations", "overage", "said"),
    [
        (200, False, "80 % is used"),
        (250, False, "New conversations are refused until"),
        (251, True, "1 so far is overage"),
    ],
)
def test_d15_the_page_says_what_follows(acme: Company, conversations: int, overage: bool, said: str) -> None:
    use(acme, conversations)
    acme.tenant.allows_overage = overage
    acme.tenant.save()
    assert said in words(signed_in(acme.admin).get("/settings/usage"))


def test_d15_an_owner_takes_a_larger_plan_and_it_holds_at_once(acme: Company) -> None:
    use(acme, 250)
    with pytest.raises(usage.UsageLimitReached):
        usage.count_conversation(acme.tenant)
    Plan.objects.get_or_create(key="professional", defaults={"name": "Professional", "conversations": 1000})
    browser = signed_in(acme.owner)
    answer = browser.post("/settings/usage/plan", {"plan": "professional"}, follow=True)
    assert "You are on Professional now" in words(answer)
    acme.tenant.refresh_from_db()
    usage.count_conversation(acme.tenant)
    assert "251 of 1,000 conversations" in words(browser.get("/settings/usage"))


def test_d15_going_down_names_the_loss(acme: Company) -> None:
    professional = Plan.objects.get_or_create(
        key="professional", defaults={"name": "Professional", "conversations": 1000, "knowledge_characters": 2_000_000}
    )[0]
    acme.tenant.plan = professional
    acme.tenant.save()
    use(acme, 300)
    Plan.objects.filter(key="starter").update(knowledge_characters=10)
    add_source(tenant=acme.tenant, title="Delivery", body="x" * 12)
    page = signed_in(acme.owner).get("/settings/usage").content.decode()
    loss = re.search(r'data-confirm="Go down to Starter\?" data-confirm-body="([^"]+)"', page)
    assert loss is not None
    assert "250 conversations a month" in loss[1]
    assert "You have used 300 this month: new visitors are refused until" in loss[1]
    assert "know 12 characters and this plan holds 10: nothing is deleted" in loss[1]


def test_d15_going_down_with_overage_says_what_becomes_overage(acme: Company) -> None:
    use(acme, 300)
    acme.tenant.allows_overage = True
    smaller = Plan.objects.create(key="tiny", name="Tiny", conversations=10, knowledge_characters=500_000)
    month = usage.usage(acme.tenant)
    offers = plans.offers(tenant=acme.tenant, usage=month, knowledge=plans.Measure(used=0, limit=500_000))
    assert [offer.plan.key for offer in offers][:2] == ["tiny", "starter"]
    assert next(offer for offer in offers if offer.plan == smaller).consequences.endswith(
        "290 of this month’s 300 become overage."
    )


def test_d15_overage_is_the_owners_to_allow(acme: Company) -> None:
    browser = signed_in(acme.owner)
    browser.post("/settings/usage/overage", {"allowed": "on"})
    acme.tenant.refresh_from_db()
    assert acme.tenant.allows_overage
    browser.post("/settings/usage/overage")
    acme.tenant.refresh_from_db()
    assert not acme.tenant.allows_overage


@pytest.mark.parametrize("address", ["/settings/usage/plan", "/settings/usage/overage"])
@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.ADMIN])
def test_d15_nobody_below_an_owner_changes_the_plan(acme: Company, role: Role, address: str) -> None:
    Plan.objects.get_or_create(key="business", defaults={"name": "Business", "conversations": 5000})
    answer = signed_in(acme.member(role)).post(address, {"plan": "business", "allowed": "on"})
    assert answer.status_code == 403
    acme.tenant.refresh_from_db()
    assert (acme.tenant.plan_id, acme.tenant.allows_overage) == ("starter", False)


def test_d15_an_admin_sees_the_plans_but_no_button(acme: Company) -> None:
    page = signed_in(acme.admin).get("/settings/usage").content.decode()
    assert "An owner can change the plan" in page
    assert "/settings/usage/plan" not in page


@pytest.mark.parametrize("key", ["", "nothing", "secret", "x" * 100, "business\0"])
def test_d15_only_what_is_offered_can_be_taken(acme: Company, key: str) -> None:
    Plan.objects.create(key="secret", name="Special", conversations=9, is_offered=False)
    assert signed_in(acme.owner).post("/settings/usage/plan", {"plan": key}).status_code == 404
    assert "Special" not in words(signed_in(acme.owner).get("/settings/usage"))


def test_d15_staff_put_a_company_on_any_plan(world: World) -> None:
    tenant = world.acme.tenant
    Plan.objects.create(key="special", name="Special", conversations=9, is_offered=False)
    browser = signed_in(world.staff)
    address = f"/admin/tenants/tenant/{tenant.pk}/change/"
    inlines = {
        f"{name}-{part}_FORMS": 0 for name in ("membership_set", "usageperiod_set") for part in ("TOTAL", "INITIAL")
    }
    form = browser.get(address).context["inline_admin_formsets"]
    inlines = {f"{one.formset.prefix}-{part}_FORMS": 0 for one in form for part in ("TOTAL", "INITIAL")}
    told = {"name": "Acme", "timezone": "UTC", "plan": "special", "allows_overage": "on"}
    assert browser.post(address, told | inlines).status_code == 302
    tenant.refresh_from_db()
    assert (tenant.plan_id, tenant.allows_overage) == ("special", True)
    assert "Special" in words(signed_in(world.acme.owner).get("/settings/usage")), "their own plan is shown"


def test_d15_the_page_costs_the_same_for_many_months(acme: Company, django_assert_max_num_queries: Any) -> None:
    browser = signed_in(acme.owner)
    counts = []
    for months in (1, 3):
        for month in range(1, months + 1):
            UsagePeriod.objects.get_or_create(tenant=acme.tenant, starts=f"2025-0{month}-01")
        with django_assert_max_num_queries(11) as queries:
            browser.get("/settings/usage")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_d15_admins_and_owners_are_told_at_80_and_at_100_percent_once(
    acme: Company, globex: Company, mailoutbox: Any
) -> None:
    for conversations, subjects in ((199, []), (200, ["80 % of"]), (249, []), (250, ["All of"]), (251, [])):
        use(acme, conversations)
        tasks.tell_of_usage()
        tasks.tell_of_usage()
        assert sorted(mail.to[0] for mail in mailoutbox) == ["admin@acme.example", "owner@acme.example"] * len(subjects)
        for mail in mailoutbox:
            assert mail.subject.startswith(subjects[0])
            assert "/settings/usage" in mail.body
        mailoutbox.clear()


def test_d15_the_mail_says_what_follows(acme: Company, mailoutbox: Any) -> None:
    use(acme, 250)
    tasks.tell_of_usage()
    assert "New conversations are refused until" in mailoutbox[0].body
    assert UsagePeriod.objects.get(tenant=acme.tenant).told_of == 250
    acme.tenant.allows_overage = True
    acme.tenant.save()
    UsagePeriod.objects.filter(tenant=acme.tenant).update(told_of=0)
    tasks.tell_of_usage()
    assert "billed as overage" in mailoutbox[-1].body


def test_d15_another_plan_has_marks_of_its_own(acme: Company, mailoutbox: Any) -> None:
    use(acme, 240)
    tasks.tell_of_usage()
    acme.tenant.plan = Plan.objects.create(key="larger", name="Larger", conversations=300)
    acme.tenant.save()
    use(acme, 241)
    tasks.tell_of_usage()
    assert [mail.subject[:4] for mail in mailoutbox] == ["96 %", "96 %", "80 %", "80 %"]


def test_d15_last_months_use_is_told_no_more(acme: Company, mailoutbox: Any) -> None:
    UsagePeriod.objects.create(tenant=acme.tenant, starts="2025-01-01", conversations=250)
    tasks.tell_of_usage()
    assert mailoutbox == []


def test_d15_people_who_left_are_not_told(acme: Company, mailoutbox: Any) -> None:
    acme.admin.user.is_active = False
    acme.admin.user.save()
    factories.make_member(acme.tenant, Role.MANAGER, email="boss@acme.example")
    use(acme, 200)
    tasks.tell_of_usage()
    assert [mail.to for mail in mailoutbox] == [["owner@acme.example"]]


def test_d15_a_mail_server_that_is_down_is_tried_again(
    acme: Company, mailoutbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = use(acme, 200)

    def down(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", down)
        tasks.tell_of_usage()
        with pytest.raises(ConnectionRefusedError):
            notices.tell(period.pk)
    tasks.tell_of_usage()
    assert len(mailoutbox) == 2


def test_d15_of_two_workers_one_writes(acme: Company, mailoutbox: Any) -> None:
    period = use(acme, 200)
    assert notices.tell(period.pk)
    assert not notices.tell(period.pk)
    assert len(mailoutbox) == 2
