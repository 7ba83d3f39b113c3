"""P10: the page of the audit log: in plain words, for admins, found by person, kind, day and words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tenants.audit.words import PHRASES, details_of, sentence
from tenants.models import AuditEntry, Membership, Role, Subject, Tenant, Verb
from tests import factories
from tests.reading import words_of
from tests.tracking.endpoints import make_signed_endpoint
from tests.world import Company, World, signed_in

URL = "/settings/audit"
EXPORT = f"{URL}/export.csv"


def entry(tenant: Tenant, verb: Verb = Verb.WEBHOOK_ROTATED, by: Membership | None = None, **more: Any) -> AuditEntry:
    """A row as the services write them."""
    if by is not None:
        more |= {"actor": by.user, "actor_name": by.user.name, "actor_email": by.user.email}
    more = {"actor_kind": "person" if by else "system", "actor_name": "autochat", "target_name": "CRM", **more}
    return AuditEntry.objects.create(tenant=tenant, verb=verb, target_kind=verb.subject, **more)


def shown(who: Membership, query: str = "") -> list[str]:
    """The names of what the listed entries are about, top to bottom."""
    answer = signed_in(who).get(f"{URL}{query}")
    assert answer.status_code == 200
    return [line.entry.target_name for line in answer.context["lines"]]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("url", [URL, EXPORT])
def test_p10_admins_and_owners_see_the_log_and_nobody_else(acme: Company, url: str, role: Role) -> None:
    answer = signed_in(acme.member(role)).get(url)
    assert answer.status_code == (200 if role.covers(Role.ADMIN) else 403)
    link = f'href="{URL}"' in signed_in(acme.member(role)).get("/settings/profile").content.decode()
    assert link == role.covers(Role.ADMIN)


@pytest.mark.parametrize("url", [URL, EXPORT])
def test_p10_strangers_are_asked_to_sign_in_and_nothing_can_be_posted(acme: Company, client: Client, url: str) -> None:
    assert client.get(url).status_code == 302
    assert signed_in(acme.owner).post(url).status_code == 405
    assert signed_in(acme.owner).delete(url).status_code == 405


def test_p10_every_verb_has_its_words(acme: Company) -> None:
    assert set(PHRASES) == set(Verb)
    said = {sentence(entry(acme.tenant, verb, acme.owner)) for verb in Verb}
    assert all(one.startswith("Owner of Acme ") and "{" not in one for one in said)


def test_p10_it_says_who_did_what_to_what_from_where(acme: Company) -> None:
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.acme.example/in", description="CRM")
    signed_in(acme.admin).post(f"/settings/webhooks/{endpoint.pk}/rotation", REMOTE_ADDR="198.51.100.7")
    page = signed_in(acme.owner).get(URL)
    assert "Admin of Acme 198.51.100.7 rotated the secret of the endpoint CRM" in words_of(page)
    assert f'rotated the secret of the endpoint <a class="link" href="/settings/webhooks/{endpoint.pk}">CRM</a>' in (
        page.content.decode()
    )
    endpoint.delete()
    assert "the endpoint <b>CRM</b>" in signed_in(acme.owner).get(URL).content.decode()


def test_p10_another_companys_endpoint_is_no_link(acme: Company, globex: Company) -> None:
    theirs, _ = make_signed_endpoint(globex.tenant, "https://hooks.globex.example/in")
    entry(acme.tenant, target_id=str(theirs.pk))
    assert str(theirs.pk) not in signed_in(acme.owner).get(URL).content.decode()


def test_p10_changes_are_said_in_words(acme: Company) -> None:
    changes = {"role": ["agent", "admin"], "allows_overage": [False, True], "events": [[], ["a", "b"]], "prompt": []}
    made = entry(acme.tenant, details={"changes": changes | {"model": [None, "x"]}, "count": 3, "plan_id": "starter"})
    assert details_of(made) == [
        "role: agent → admin", "overage: off → on", "events: none → a, b", "instructions changed", "model: none → x",
        "how many: 3", "plan: starter",
    ]  # fmt: skip


def test_p10_events_and_times_are_said_in_words(acme: Company) -> None:
    events = [["autochat.lead_qualified.v1"], ["autochat.lead_qualified.v1", "message.created"]]
    details = {"changes": {"events": events}, "expires_at": "2026-12-28 14:31:12.5+00:00", "since": "not a time"}
    made = entry(acme.tenant, details=details)
    with timezone.override("Europe/Paris"):
        assert details_of(made) == [
            "events: Lead qualified → Lead qualified, message.created",
            "expires at: 28 December 2026, 15:31:12, Europe/Paris",
            "since: not a time",
        ]


def test_p10_what_people_do_to_themselves_is_said_so(acme: Company) -> None:
    verb = Verb.ACCOUNT_PASSWORD_CHANGED
    own = entry(acme.tenant, verb, acme.owner, target_id=str(acme.owner.user_id))
    assert sentence(own) == "Owner of Acme changed their own password"
    other = entry(acme.tenant, verb, acme.owner, target_id=str(acme.agent.user_id), target_name="Ada")
    assert sentence(other) == "Owner of Acme changed the password of Ada"


def test_p10_times_are_in_the_companys_zone(acme: Company) -> None:
    acme.tenant.timezone = "Asia/Kathmandu"
    acme.tenant.save()
    entry(acme.tenant, at=datetime(2026, 11, 1, 23, 30, tzinfo=UTC))
    assert "2 Nov 2026, 05:15:00" in words_of(signed_in(acme.owner).get(URL))
    assert shown(acme.owner, "?since=2026-11-02&until=2026-11-02") == ["CRM"]
    assert shown(acme.owner, "?until=2026-11-01") == []


def test_p10_acme_sees_nothing_of_globex_or_the_platform(acme: Company, globex: Company) -> None:
    entry(globex.tenant, by=globex.owner, target_name="Globex CRM")
    AuditEntry.objects.create(
        verb=Verb.GRAIN_SET, actor_kind="staff", actor_name="x", target_kind="grain", target_name="Platform switch"
    )
    browser = signed_in(acme.owner)
    for query in ("", f"?person={globex.owner.user_id}", "?q=globex", "?kind=webhook", "?person=staff"):
        page = browser.get(f"{URL}{query}").content.decode()
        assert "Globex" not in page
        assert "Platform switch" not in page


def test_p10_of_the_platforms_staff_neither_name_nor_address_is_told(world: World) -> None:
    acme = world.acme
    staff = {"actor": world.staff, "actor_kind": "staff", "actor_name": world.staff.name}
    entry(acme.tenant, **staff, actor_email=world.staff.email, ip_address="203.0.113.9")
    browser = signed_in(acme.owner)
    page = browser.get(URL).content.decode()
    assert "Platform staff rotated the secret of the endpoint CRM" in words_of(browser.get(URL))
    assert world.staff.email not in page
    assert "203.0.113.9" not in page
    for guess in ("staff@platform.example", "203.0.113.9"):
        assert shown(acme.owner, f"?q={guess}") == []
    assert shown(acme.owner, "?person=staff") == ["CRM"]
    assert str(world.staff.pk) not in page


@pytest.fixture
def busy(acme: Company) -> Company:
    """A company in which three have done something, one of whom has left."""
    now = timezone.now()
    left = factories.make_member(acme.tenant, Role.ADMIN, name="Zoe Gone", email="zoe@acme.example")
    entry(acme.tenant, by=acme.owner, target_name="one", at=now - timedelta(days=3), request_id="0d4f3c2a-7f2e")
    entry(acme.tenant, Verb.MEMBER_REMOVED, acme.admin, target_name="two", at=now - timedelta(days=2),
          ip_address="198.51.100.7")  # fmt: skip
    entry(acme.tenant, Verb.PLAN_CHANGED, left, target_name="three", at=now - timedelta(days=1))
    entry(acme.tenant, Verb.WEBHOOK_DISABLED, target_name="four", at=now)
    left.delete()
    return acme


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["four", "three", "two", "one"]),
        ("?kind=webhook", ["four", "one"]),
        ("?kind=member&q=two", ["two"]),
        ("?person=system", ["four"]),
        ("?q=zoe", ["three"]),
        ("?q=ROTATED", ["one"]),
        ("?q=secret", ["one"]),
        ("?q=0d4f3c2a-7f2e", ["one"]),
        ("?q=198.51.100.7", ["two"]),
        ("?q=owner%40acme", ["one"]),
        ("?q=%25", []),
        ("?q=%00", ["four", "three", "two", "one"]),
        ("?person=nobody&kind=nothing&since=yesterday&page=x", ["four", "three", "two", "one"]),
    ],
)
def test_p10_entries_are_found(busy: Company, query: str, found: list[str]) -> None:
    assert shown(busy.owner, query) == found


def test_p10_who_has_left_can_still_be_asked_about(busy: Company) -> None:
    page = signed_in(busy.owner).get(URL)
    choices = dict(page.context["filters"].fields["person"].choices)
    (zoe,) = (value for value, name in choices.items() if name == "Zoe Gone (left)")
    assert shown(busy.owner, f"?person={zoe}") == ["three"]
    assert shown(busy.owner, f"?person={busy.owner.user_id}") == ["one"]
    assert next(iter(choices.values())) == "Anybody"
    assert {"Agent of Acme", "Owner of Acme", "Platform staff"} <= set(choices.values())
    assert len(choices) == 1 + 5 + 2


def test_p10_days_of_the_filter_are_whole(busy: Company) -> None:
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    assert shown(busy.owner, f"?since={day}&until={day}") == ["two"]


def test_p10_nothing_yet_and_nothing_that_fits(acme: Company) -> None:
    browser = signed_in(acme.owner)
    assert "Nothing was changed yet" in words_of(browser.get(URL))
    entry(acme.tenant)
    page = words_of(browser.get(f"{URL}?kind=plan"))
    assert "Nothing fits" in page
    assert "Show all" in page
    assert "Kept for 400 days" in page


def test_p10_the_filter_swaps_the_log_alone(acme: Company) -> None:
    entry(acme.tenant)
    part = signed_in(acme.owner).get(f"{URL}?kind=webhook", headers={"HX-Request": "true", "HX-Target": "audit"})
    assert part.content.decode().strip().startswith('<div class="stack is-3" id="audit">')
    assert f"{EXPORT}?kind=webhook" in part.content.decode()


def test_p10_a_long_log_comes_in_pages_and_ends_a_thousand_ahead(acme: Company) -> None:
    made = [
        AuditEntry(tenant=acme.tenant, verb=Verb.PLAN_CHANGED, target_kind=Subject.PLAN, actor_kind="system",
                   actor_name="autochat", target_name=str(number), at=timezone.now() - timedelta(minutes=number))
        for number in range(1_060)
    ]  # fmt: skip
    AuditEntry.objects.bulk_create(made)
    browser = signed_in(acme.owner)
    page = browser.get(URL)
    assert len(page.context["lines"]) == 50
    assert "1–50 of 1,000+" in words_of(page)
    second = browser.get(f"{URL}?page=2&kind=plan")
    assert [line.entry.target_name for line in second.context["lines"]][:2] == ["50", "51"]
    assert f'{EXPORT}?kind=plan"' in second.content.decode()


def test_p10_the_page_asks_the_database_as_often_for_many_rows(
    acme: Company, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(acme.owner)
    counts = []
    for number in (1, 30):
        for _ in range(number):
            endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.acme.example/in")
            entry(acme.tenant, by=factories.make_member(acme.tenant), target_id=str(endpoint.pk))
            helper = factories.make_assistant(acme.tenant, is_default=False, is_default_chat=False)
            entry(acme.tenant, Verb.ASSISTANT_CREATED, acme.owner, target_id=str(helper.pk))
        with django_assert_max_num_queries(11) as queries:
            assert browser.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
