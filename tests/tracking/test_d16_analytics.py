"""D16: the page, the file and the API say what was counted, of one's own company, to managers and above."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Conversation
from tenants.models import Role, Tenant
from tests import factories
from tests.reading import text_of, words_of
from tests.tracking.counted import answer, begin, come_to, rate, reply
from tests.world import Company, bearer, signed_in
from tracking.analytics import counting, drawing, saying
from tracking.api import analytics as api
from tracking.models import EventType
from tracking.views import analytics as views

PAGE, API, FILE = "/analytics", "/api/analytics", "/analytics/export"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """What Analytics takes for now; tokens go by the clock."""
    moment = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    for module in (views, api, counting):
        monkeypatch.setattr(module, "timezone", SimpleNamespace(now=lambda: moment))
    return moment


@pytest.fixture
def busy(now: datetime, acme: Company) -> Company:
    """Five conversations of the last week, two of the one before, and they have been there for long."""
    long_ago = now - timedelta(days=400)
    Tenant.objects.update(created_at=long_ago)
    Conversation.objects.all().delete()
    rows = [begin(acme.tenant, now - timedelta(days=day, hours=1), qualified=day < 2) for day in range(5)]
    answer(rows[0], acme.assistant)
    answer(rows[1], acme.assistant)
    come_to(rows[1], EventType.HANDOFF_REQUESTED, MINUTE)
    reply(rows[1], acme.agent, 4 * MINUTE)
    rate(rows[1], 4)
    come_to(rows[0], EventType.LEAD_QUALIFIED, value=80.5, currency="EUR")
    come_to(rows[1], EventType.LEAD_QUALIFIED, value=80.5, currency="EUR")
    for day in (8, 9):
        begin(acme.tenant, now - timedelta(days=day, hours=1), qualified=day == 8)
    return acme


def asked(company: Company, query: str = "", role: Role = Role.MANAGER) -> Any:
    return signed_in(company.member(role)).get(f"{API}{query}", headers=bearer(company.member(role)))


def test_d16_the_page_says_what_conversations_led_to(busy: Company) -> None:
    page = words_of(signed_in(busy.manager).get(f"{PAGE}?period=7d"))
    assert "Conversations 5 +150 % on 2" in page
    assert "Qualified leads 2 +100 % on 1" in page
    assert "Conversion rate 40.0 % −10.0 points from 50.0 %" in page
    assert "Answered without a person 20.0 % +20.0 points from 0.0 %" in page
    assert "First reply by a person 3 min half of them within nothing to compare" in page
    assert "Rating 4.0 of 5 1 rating nothing to compare" in page
    assert "By an assistant alone 1 20 % By a person 1 20 % By nobody yet 3 60 %" in page
    assert "Handed to people 1 First reply by an assistant 2 s AI cost under $0.01" in page
    assert "Most begin between 13:00 and 14:00." in page
    assert "Lead qualified 161.00 EUR" in page
    assert "Wednesday 25 November, so far 1 conversation, 1 qualified" in page
    assert "Today isn’t over: counted until 14:30." in page


def test_d16_the_api_says_the_same(busy: Company) -> None:
    told = asked(busy, "?period=7d").json()
    assert (told["period"], told["timezone"], told["as_of"]) == ("7d", "UTC", "2026-11-25T14:30:00Z")
    assert (told["counted_since"], told["is_up_to_date"]) == (None, True)
    assert told["total"] == {
        "conversations": 5, "qualified_leads": 2, "conversion_rate": 40.0, "answered_by_assistant_alone": 1,
        "answered_by_person": 1, "answered_by_nobody": 3, "ratings": 1, "rating": 4.0, "ai_cost_usd": 0.002,
        "first_reply_seconds": 2, "first_reply_by_person_seconds": 180,
    }  # fmt: skip
    assert told["before"]["conversations"] == 2
    assert [(day["day"], day["conversations"]) for day in told["days"]] == [
        ("2026-11-19", 0), ("2026-11-20", 0), *((f"2026-11-{day}", 1) for day in range(21, 26)),
    ]  # fmt: skip
    assert told["hours"] == [0] * 13 + [5] + [0] * 10
    who = [(one["kind"], one["id"], one["conversations"], one["first_reply_seconds"]) for one in told["answered_by"]]
    assert who == [
        ("assistant", str(busy.assistant.pk), 1, 2),
        ("agent", str(busy.agent.user_id), 1, 180),
        (None, None, 3, None),
    ]
    qualified = next(one for one in told["outcomes"] if one["event_type"] == EventType.LEAD_QUALIFIED)
    assert qualified == {
        "event_type": "autochat.lead_qualified.v1",
        "conversations": 2,
        "worth": [{"currency": "EUR", "amount": 161.0}],
    }
    assert len(told["outcomes"]) == len(EventType)


def test_d16_the_file_holds_each_day(busy: Company) -> None:
    answer_ = signed_in(busy.manager).get(f"{FILE}?period=7d")
    assert answer_["Content-Disposition"] == 'attachment; filename="analytics-2026-11-19-2026-11-25.csv"'
    text = answer_.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["day"] for row in rows] == [f"2026-11-{day}" for day in range(19, 26)]
    assert (rows[0]["conversations"], rows[0]["conversion_rate"], rows[0]["rating"]) == ("0", "", "")
    assert (rows[5]["conversations"], rows[5]["conversion_rate"], rows[5]["rating"]) == ("1", "100.0", "4.0")


def test_d16_a_company_sees_its_own(busy: Company, globex: Company) -> None:
    assert asked(globex).json()["total"]["conversations"] == 0
    assert asked(busy).json()["total"]["conversations"] == 7


@pytest.mark.parametrize("address", [PAGE, FILE, API])
def test_d16_only_managers_and_above(acme: Company, address: str) -> None:
    got = {
        role: signed_in(acme.member(role)).get(address, headers=bearer(acme.member(role))).status_code for role in Role
    }
    assert got == {Role.AGENT: 403, Role.MANAGER: 200, Role.ADMIN: 200, Role.OWNER: 200}


def test_d16_the_rail_leads_there(acme: Company) -> None:
    assert 'href="/analytics"' in text_of(signed_in(acme.manager).get("/inbox"))
    assert 'href="/analytics"' not in text_of(signed_in(acme.agent).get("/inbox"))


@pytest.mark.parametrize("period", [" ", "8d", "7", "7D", "all", "90d,7d", "\0"])
def test_d16_a_wrong_period_is_said_by_the_api_and_passed_over_by_the_page(acme: Company, period: str) -> None:
    told = signed_in(acme.owner).get(API, {"period": period}, headers=bearer(acme.owner))
    assert (told.status_code, told.json()["error"]["code"]) == (400, "invalid_request")
    assert told.json()["error"]["fields"] == {"period": ["Ask for one of 7d, 30d, 90d."]}
    page = signed_in(acme.owner).get(PAGE, {"period": period})
    assert 'aria-current="true">30 days' in text_of(page)


def test_d16_a_company_without_conversations_is_told_what_will_be_here(acme: Company, globex: Company) -> None:
    Conversation.objects.for_tenant(acme.tenant).delete()
    page = text_of(signed_in(acme.admin).get(PAGE))
    assert "Nothing to count yet" in page
    assert "tab=install" in page
    assert "tab=install" not in text_of(signed_in(acme.manager).get(PAGE)), "which isn't theirs to do"
    assert asked(acme).json()["total"]["conversion_rate"] is None


def test_d16_who_is_new_has_nothing_to_compare_with(now: datetime, acme: Company) -> None:
    Tenant.objects.update(created_at=now - timedelta(days=20))
    week, month = (words_of(signed_in(acme.owner).get(f"{PAGE}?period={key}")) for key in ("7d", "30d"))
    assert "none in the 7 days before" in week
    assert "Too early to compare: you are here since 5 November" in month
    assert asked(acme, "?period=7d").json()["before"]["conversations"] == 0
    assert asked(acme).json()["before"] is None


def test_d16_the_page_says_what_is_not_counted_yet(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 2)
    for day in range(5):
        begin(acme.tenant, timezone.now() - timedelta(days=day + 1))
    assert "Your earlier conversations are being counted" in words_of(signed_in(acme.owner).get(PAGE))
    assert asked(acme).json()["counted_since"] is not None
    for _ in range(3):
        page = words_of(signed_in(acme.owner).get(PAGE))
    assert "being counted" not in page
    monkeypatch.setattr(counting, "EVENTS", 1)
    begin(acme.tenant, timezone.now())
    begin(acme.tenant, timezone.now())
    assert "The last minutes are being counted" in words_of(signed_in(acme.owner).get(PAGE))


def test_d16_names_are_shown_as_they_are(now: datetime, acme: Company) -> None:
    acme.assistant.name = "<b>Ada</b>"
    answer(begin(acme.tenant, now), acme.assistant)
    assert "&lt;b&gt;Ada&lt;/b&gt;" in text_of(signed_in(acme.owner).get(PAGE))


def test_d16_who_wrote_most_comes_first_and_many_are_folded(now: datetime, acme: Company) -> None:
    for number in range(18):
        member = factories.make_member(acme.tenant, name=f"Person {number:02}")
        for _ in range(1 + (number == 7)):
            reply(begin(acme.tenant, now), member, MINUTE)
    page = words_of(signed_in(acme.owner).get(PAGE))
    assert page.index("Person 07") < page.index("Person 00") < page.index("3 more") < page.index("Person 17")


def queries_of(company: Company, address: str) -> int:
    browser, headers = signed_in(company.owner), bearer(company.owner)
    browser.get(address, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address, headers=headers).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("address", "most"), [(f"{PAGE}?period=90d", 13), (f"{API}?period=90d", 8)])
def test_f05_the_figures_cost_the_same_for_many_conversations(
    now: datetime, acme: Company, address: str, most: int
) -> None:
    few = queries_of(acme, address)
    for day in range(60):
        conversation = begin(acme.tenant, now - timedelta(days=day))
        answer(conversation, acme.assistant)
        come_to(conversation, EventType.values[day % len(EventType)])
    assert queries_of(acme, address) == few <= most


# --- Words and drawings -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"), (0, "0 s"), (59, "59 s"), (60, "1 min"), (227, "3 min 50 s"), (599, "10 min"), (1_000, "17 min"),
        (3_599, "60 min"), (3_600, "1 h"), (9_000, "2 h 30 min"), (90_000, "1 day 1 h"), (604_800, "7 days"),
    ],
)  # fmt: skip
def test_d16_a_wait_in_words(seconds: int | None, words: str) -> None:
    assert saying.in_words(saying.wait(seconds)).replace("\xa0", " ") == words


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (5, None, ("", "", "too early to compare")),
        (5, 0, ("", "", "none in the 30 days before")),
        (12, 10, ("+20 %", "good", "on 10")),
        (1, 10, ("−90 %", "bad", "on 10")),
        (10, 10, ("", "", "as before")),
        (100_001, 100_000, ("", "", "about as before, 100,000")),
    ],
)
def test_d16_growth_in_words(now: int, before: int | None, told: tuple[str, str, str]) -> None:
    delta = saying.growth(now, before, days=30)
    assert (delta.change.replace("\xa0", " "), delta.tone, delta.rest) == told


def test_d16_the_last_day_of_the_line_runs_still() -> None:
    drawn = drawing.lines([0, 5, 10], [3, 3, 3])
    assert drawn.scale == [10, 5, 0]
    assert (drawn.line, drawn.running) == ("M166.7 220L500 110", "M500 110L833.3 0")
    assert drawn.area == "M166.7 220L500 110L833.3 0L833.3 220L166.7 220Z"
    assert drawing.lines([0, 0], []).scale == [2, 1, 0]
    assert [drawing.lines([high], []).top for high in (1, 11, 21, 100, 101, 2_001)] == [2, 12, 40, 100, 120, 4_000]
    assert drawing.spark([None, 1, None]) == ""
    assert drawing.spark([1, None, 3]) == "M0 26L100 2"
