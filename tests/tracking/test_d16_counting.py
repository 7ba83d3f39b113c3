"""D16: what is counted is what somebody finds who reads every conversation; each counts once, whatever happens."""

from __future__ import annotations

import random
import threading
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from conversations import reports, services
from conversations.models import Conversation, Event, EventCounter, Message
from conversations.ratings import rate_conversation
from tenants import api_tokens
from tenants.database import close_connections
from tenants.models import Role
from tests.tracking.counted import (
    all_counted,
    answer,
    as_counted,
    begin,
    by_hand,
    come_to,
    rate,
    reply,
    say,
    something_happens,
    told,
)
from tests.widgets.door import Door
from tests.world import Company, World
from tracking.analytics import counting, waits
from tracking.analytics import report as figures
from tracking.analytics.counting import catch_up, recount, sweep
from tracking.analytics.periods import PERIODS, Period
from tracking.analytics.report import report
from tracking.models import (
    CountedConversation,
    CountedDay,
    CountedOutcome,
    CountingProgress,
    EventType,
    Outcome,
    OutcomeMapping,
)
from tracking.tasks import count_conversations

ZONES = [
    "UTC",
    "Europe/Berlin",  # changes in the night to the last Sundays of March and October
    "Asia/Kathmandu",  # + 5:45
    "Australia/Lord_Howe",  # changes by half an hour
    "America/St_Johns",  # - 3:30
    "Africa/Cairo",  # changes at midnight: one day of the year has no 00:00
    "Pacific/Kiritimati",  # + 14
]


def live_in(company: Company, zone: str) -> None:
    company.tenant.timezone = zone
    company.tenant.save()


def until(company: Company, now: datetime, key: str = "30d") -> Period:
    return Period(key, now, company.tenant.tzinfo)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A moment soon after most clocks have changed."""
    moment = datetime(2026, 11, 5, 13, 37, 11, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(2))
def test_d16_the_figures_are_those_of_who_reads_every_conversation(
    now: datetime, world: World, zone: str, seed: int
) -> None:
    acme, dice = world.acme, random.Random(f"{zone} {seed}")
    live_in(acme, zone)
    moments = [now - timedelta(minutes=15 * dice.randrange(96 * 62)) for _ in range(12)]
    moments += [now - timedelta(hours=hours) for hours in range(6)]
    for _ in range(5):
        for _ in range(12):
            something_happens(dice, dice.choice([acme, acme, world.globex]), moments)
        for company in (acme, world.globex):
            period = until(company, now)
            found = report(company.tenant, period)
            assert found.standing.is_whole
            assert all_counted(found) == by_hand(company.tenant, period, period.begins_at)
            hand = by_hand(company.tenant, period, period.before_begins_at, period.before_ends_at)
            before = found.before
            assert before is None or as_counted(before) == {name: hand[name] for name in as_counted(before)}


@pytest.fixture
def door(transactional_db: None, acme: Company) -> Iterator[Door]:
    """Acme's widget, answered by this process, whose database threads leave no connection behind."""
    yield Door(acme)
    close_connections()


def test_d16_a_real_conversation_counts_as_it_goes(door: Door, acme: Company, globex: Company) -> None:
    now = timezone.now()
    Conversation.objects.all().delete()

    def figures(company: Company = acme) -> dict[str, Any]:
        return all_counted(report(company.tenant, until(company, now)))

    assert figures()["conversations"] == 0
    door.post("chat", {"sessionId": "s", "message": "Hello"})
    conversation = Conversation.objects.get()
    assert figures()["conversations"] == 1
    reports.report_outcome(conversation=conversation, event_type=EventType.LEAD_QUALIFIED, source="agent")
    assert figures()["qualified"] == 1
    services.post_reply(conversation=conversation, by=acme.agent, text="Here I am")
    rate_conversation(conversation=conversation, score=4)
    services.close_conversation(conversation=conversation, by=acme.agent)
    found = figures()
    assert (found["by_person"], found["alone"], found["scores"], found["rated"]) == (1, 0, 4, 1)
    assert found["who"] == {("agent", str(acme.agent.user_id)): 1}
    assert found == by_hand(acme.tenant, until(acme, now), until(acme, now).begins_at)
    rate_conversation(conversation=conversation, score=2)
    assert (figures()["scores"], figures()["rated"]) == (2, 1), "a rating that was changed counts once"
    assert figures(globex)["conversations"] == 0


def test_d16_an_outcome_of_which_no_page_is_told_counts_at_once(acme: Company) -> None:
    kind, period = EventType.QUOTE_REQUESTED, until(acme, timezone.now())
    values = {"conversion_value": 250, "currency": "EUR", "emit_browser": False, "emit_webhook": False}
    OutcomeMapping.objects.create(tenant=acme.tenant, event_type=kind, **values)
    assert all_counted(report(acme.tenant, period))["outcomes"] == {}
    reports.report_outcome(conversation=acme.conversation, event_type=kind, source="api")
    found = all_counted(report(acme.tenant, period))
    assert (found["outcomes"], found["worth"]) == ({kind: 1}, {(kind, "EUR"): 25_000})


def test_d16_who_was_renamed_has_the_new_name(now: datetime, acme: Company) -> None:
    old, new = (begin(acme.tenant, now - timedelta(hours=hours)) for hours in (3, 2))
    answer(old, acme.assistant)
    catch_up(acme.tenant)
    acme.assistant.name = "Grace"
    answer(new, acme.assistant)
    catch_up(acme.tenant)
    reply(old, acme.agent, timedelta(minutes=5))  # which takes what bore the old name from the assistant
    found = report(acme.tenant, until(acme, now))
    assert [one.name for one in found.writers if one.kind == "assistant"] == ["Grace"]


def test_d16_a_program_that_replies_counts_by_its_own_name(acme: Company) -> None:
    token, _ = api_tokens.issue(by=acme.owner, label="CRM", role=Role.MANAGER, lifetime=None)
    services.post_reply(conversation=acme.conversation, by=token, text="It is on its way")
    (writer,) = report(acme.tenant, until(acme, timezone.now())).writers
    assert (writer.kind, writer.who, writer.name) == ("agent", str(token.pk), token.name)


def stored(company: Company) -> dict[str, list[tuple[Any, ...]]]:
    """All that is counted of a company, but for the rows' own ids."""
    kept = {
        CountedConversation: [field.attname for field in CountedConversation._meta.concrete_fields],
        CountedDay: [field.attname for field in CountedDay._meta.concrete_fields if field.name != "id"],
        CountedOutcome: [field.attname for field in CountedOutcome._meta.concrete_fields if field.name != "id"],
    }
    empty = {"conversations": 0}
    found = {}
    for model, names in kept.items():
        rows = model.objects.for_tenant(company.tenant)
        rows = rows if model is CountedConversation else rows.exclude(**empty)
        found[model.__name__] = sorted(map(repr, rows.values_list(*names)))
    return found


def busy(company: Company, now: datetime, acts: int = 60) -> None:
    dice = random.Random(16)
    moments = [now - timedelta(hours=7 * number) for number in range(40)]
    for _ in range(acts):
        something_happens(dice, company, moments)


def test_d16_counting_again_changes_nothing(now: datetime, acme: Company) -> None:
    busy(acme, now)
    catch_up(acme.tenant)
    once = stored(acme)
    recount(acme.tenant, list(Conversation.objects.values_list("pk", flat=True)), now - counting.REACH)
    CountingProgress.objects.update(seq=0, is_whole=False, back_to=now + timedelta(days=1))
    catch_up(acme.tenant)
    sweep()
    assert stored(acme) == once


def test_d16_what_there_was_before_is_counted_in_parts_the_newest_first(
    now: datetime, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "BATCH", 3)
    same = now - timedelta(days=2)
    for number in range(10):  # five of them began at one moment
        begin(acme.tenant, same if number < 5 else now - timedelta(days=3 + number))
    Event.objects.all().delete()
    EventCounter.objects.update(seq=0)
    steps = []
    while not (standing := catch_up(acme.tenant)).is_whole:
        steps.append((CountedConversation.objects.count(), standing.back_to))
        assert CountedConversation.objects.filter(started_at__lt=standing.back_to).count() == 0
    assert [counted for counted, _ in steps] == [3, 6, 9]
    assert CountedConversation.objects.count() == 11
    assert all_counted(report(acme.tenant, until(acme, now)))["conversations"] == 11


def test_d16_a_step_that_is_killed_leaves_nothing_behind(
    now: datetime, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(acme, now, 20)
    catch_up(acme.tenant)
    before, seq = stored(acme), CountingProgress.objects.get().seq
    busy(acme, now, 20)
    with monkeypatch.context() as killed:
        killed.setattr(CountingProgress, "save", lambda self: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            catch_up(acme.tenant)
    assert (stored(acme), CountingProgress.objects.get().seq) == (before, seq)
    period = until(acme, now)
    assert all_counted(report(acme.tenant, period)) == by_hand(acme.tenant, period, period.begins_at)


def test_d16_a_log_that_reaches_back_no_more_has_all_counted_anew(now: datetime, acme: Company) -> None:
    busy(acme, now, 20)
    catch_up(acme.tenant)
    busy(acme, now, 20)
    Event.objects.filter(seq__lte=CountingProgress.objects.get().seq + 3).delete()
    period = until(acme, now)
    assert all_counted(report(acme.tenant, period)) == by_hand(acme.tenant, period, period.begins_at)


def test_d16_days_are_counted_anew_when_the_company_moves(now: datetime, acme: Company) -> None:
    begin(acme.tenant, datetime(2026, 11, 3, 23, 30, tzinfo=UTC))
    days = [day for day, one in report(acme.tenant, until(acme, now)).current.days if one.conversations]
    assert date(2026, 11, 3) in days
    live_in(acme, "Asia/Tokyo")
    days = [day for day, one in report(acme.tenant, until(acme, now)).current.days if one.conversations]
    assert (date(2026, 11, 3) in days, date(2026, 11, 4) in days) == (False, True)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Kathmandu", date(2026, 10, 25), 24),
    ],
)
def test_d16_a_day_is_as_long_as_the_company_lives_through_it(
    monkeypatch: pytest.MonkeyPatch, zone: str, day: date, hours: float
) -> None:
    period = Period("7d", datetime(2026, 5, 1, tzinfo=UTC), zoneinfo.ZoneInfo(zone))
    begin_, end = period.begin_of(day).astimezone(UTC), period.begin_of(day + timedelta(days=1)).astimezone(UTC)
    assert (end - begin_) == timedelta(hours=hours)
    assert begin_.astimezone(period.zone).date() == day
    assert (begin_ - timedelta(microseconds=1)).astimezone(period.zone).date() == day - timedelta(days=1)


@pytest.mark.parametrize("key", PERIODS)
def test_d16_the_days_before_end_at_the_same_time_of_day(now: datetime, acme: Company, key: str) -> None:
    live_in(acme, "Europe/Berlin")
    length = timedelta(days=PERIODS[key])
    period = until(acme, now, key)
    assert period.before_ends_at.astimezone(period.zone).time() == now.astimezone(period.zone).time()
    begin(acme.tenant, period.before_begins_at)
    begin(acme.tenant, period.before_begins_at - timedelta(microseconds=1))  # too early
    begin(acme.tenant, period.before_ends_at - timedelta(microseconds=1))
    begin(acme.tenant, period.before_ends_at)  # as late as it is not yet today
    begin(acme.tenant, period.begins_at)
    found = report(acme.tenant, period)
    assert found.before is not None
    assert (found.before.whole.conversations, found.current.whole.conversations) == (2, 2)
    assert len(found.current.days) == len(found.before.days) == length.days


def test_d16_a_person_is_waited_for_since_one_was_asked_for(now: datetime, acme: Company) -> None:
    minute, start = timedelta(minutes=1), now - timedelta(hours=5)

    def waited(*acts: Any) -> int | None:
        conversation = begin(acme.tenant, start)
        for act in acts:
            act(conversation)
        catch_up(acme.tenant)
        return CountedConversation.objects.get(pk=conversation.pk).person_seconds

    asks = lambda after: lambda it: say(it, Message.Author.VISITOR, after)  # noqa: E731
    answers = lambda after: lambda it: answer(it, acme.assistant, after)  # noqa: E731
    comes = lambda after: lambda it: reply(it, acme.agent, after)  # noqa: E731
    asked = lambda after: lambda it: come_to(it, EventType.HANDOFF_REQUESTED, after)  # noqa: E731
    assert waited() is None
    assert waited(comes(3 * minute)) == 180, "since the beginning"
    assert waited(asks(minute), comes(3 * minute)) == 180, "who writes again has waited as long"
    assert waited(answers(minute), asks(2 * minute), asks(4 * minute), comes(5 * minute)) == 180
    assert waited(answers(minute), asks(2 * minute), answers(3 * minute), comes(6 * minute)) == 240, "unasked"
    assert waited(answers(minute), asked(2 * minute), asks(3 * minute), comes(5 * minute)) == 180
    assert waited(comes(minute), asked(2 * minute), comes(9 * minute)) == 60, "asked for after the first reply"


def test_d16_medians_are_within_a_tenth() -> None:
    for seconds in [*range(2_000), 3_600, 86_400, 500_000]:
        counts = [0] * waits.SLOTS
        counts[waits.slot_of(seconds)] = 3
        found = waits.median(counts)
        assert found is not None
        assert abs(found - seconds) <= max(0, seconds / 10), seconds
    assert waits.median([0] * waits.SLOTS) is None


def together(works: list[Callable[[], None]]) -> list[BaseException]:
    """Run them at once, each with a connection of its own; what went wrong."""
    problems = list[BaseException]()

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except (DatabaseError, AssertionError) as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_d16_many_waits_are_read_off_their_slots(now: datetime, acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for minutes in range(1, 6):
        reply(begin(acme.tenant, now - timedelta(hours=9)), acme.agent, timedelta(minutes=minutes))
    few = report(acme.tenant, until(acme, now))
    monkeypatch.setattr(figures, "EXACT", 4)
    many = report(acme.tenant, until(acme, now))
    assert (few.current.person_reply, few.writers[0].first_reply) == (180, 180)
    assert (many.current.person_reply, many.writers[0].first_reply) == (165, 165)


@pytest.mark.django_db(transaction=True)
def test_d16_many_who_count_at_once_count_each_once(world: World) -> None:
    """Two write, three count meanwhile; the sum is that of who reads all."""
    acme, now, writing = world.acme, timezone.now(), [0, 1]

    def write(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(40):
            something_happens(dice, acme, [now - timedelta(hours=3 * n) for n in range(20)])
        writing.remove(seed)

    def count() -> None:
        while writing:
            catch_up(acme.tenant)

    assert together([partial(write, 0), partial(write, 1), count, count, count]) == []
    period = until(acme, timezone.now())
    assert all_counted(report(acme.tenant, period)) == by_hand(acme.tenant, period, period.begins_at)


def test_d16_the_clock_counts_for_every_company_that_has_something_new(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert count_conversations() == 2
    assert count_conversations() == 0, "nothing new"
    begin(world.globex.tenant, timezone.now())
    assert count_conversations() == 1
    assert CountedDay.objects.for_tenant(world.globex.tenant).get().conversations == 2
    told(world.acme.conversation)
    told(world.globex.conversation)
    real, broken = counting.measure, world.acme.tenant.pk

    def measure(tenant_id: Any, *args: Any) -> Any:
        if tenant_id == broken:
            raise DatabaseError
        return real(tenant_id, *args)

    monkeypatch.setattr(counting, "measure", measure)
    count_conversations()
    behind = CountingProgress.objects.get(tenant=world.acme.tenant).seq
    assert behind < EventCounter.objects.get(tenant=world.acme.tenant).seq
    head = EventCounter.objects.get(tenant=world.globex.tenant).seq
    assert CountingProgress.objects.get(tenant=world.globex.tenant).seq == head


def test_d16_what_no_period_reaches_is_forgotten_and_not_counted_once_more(acme: Company) -> None:
    now = timezone.now()
    old = begin(acme.tenant, now - timedelta(days=189))
    catch_up(acme.tenant)
    assert counting.forget(now) == 0
    later = now + timedelta(days=12)
    assert counting.forget(later) == 2, "its share, and its day"
    Conversation.objects.filter(pk=old.pk).update(started_at=now - timedelta(days=201))
    told(old)
    catch_up(acme.tenant)
    assert not CountedConversation.objects.filter(pk=old.pk).exists()


def test_d16_what_was_erased_stays_counted(now: datetime, acme: Company) -> None:
    conversation = begin(acme.tenant, now - timedelta(days=1))
    come_to(conversation, EventType.CONTACT_CAPTURED)
    rate(conversation, 5)
    before = all_counted(report(acme.tenant, until(acme, now)))
    Outcome.objects.filter(conversation=conversation).delete()
    conversation.delete()
    assert all_counted(report(acme.tenant, until(acme, now))) == before
