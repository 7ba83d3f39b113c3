"""S23: tries are added up as they are logged, each once, whatever races or is written twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from tests.tracking.attempts import log_attempts, make_tried
from tests.tracking.endpoints import RATED, make_signed_endpoint
from tracking import leasing, pruning, tallies
from tracking.leasing import Tried, tried
from tracking.models import Attempt, AttemptTally

QUALIFIED = "autochat.lead_qualified.v1"
_COLUMNS = ("tenant", "endpoint", "event_type", "hours", "begins_at", "attempts", "failures", "latencies")


@pytest.fixture
def endpoint(acme):
    return make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")[0]


def stored():
    """Every tally, but for its id."""
    return sorted(AttemptTally.objects.values_list(*_COLUMNS))


def counted_anew():
    """The tallies that the log of tries comes to."""
    AttemptTally.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(tallies.adding("tracking_attempt"))
    return stored()


@pytest.mark.django_db(transaction=True)
def test_s23_two_processes_that_write_down_at_once_wait_for_each_other_and_count_each_try_once(acme):
    endpoints = [make_signed_endpoint(acme.tenant, f"https://hooks{n}.example.com/in")[0] for n in range(4)]
    shared = [make_tried(one, kind) for one in endpoints for kind in (RATED, QUALIFIED)]
    halves = [[make_tried(one, kind) for one in endpoints for kind in (RATED, QUALIFIED)] for _ in range(2)]
    rounds, problems = 15, list[Exception]()
    together = threading.Barrier(2)

    def write_down(mine: list[Tried]) -> None:
        try:
            for number in range(rounds):
                together.wait(timeout=20)
                leasing.turn([tried(one.claimed, one.answer) for one in mine] + (shared if not number else []), 0)
        except (DatabaseError, threading.BrokenBarrierError) as problem:
            problems.append(problem)
            together.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=write_down, args=[mine]) for mine in (halves[0], halves[1][::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Attempt.objects.count() == len(shared) + 2 * rounds * len(halves[0])
    before = stored()
    assert before == counted_anew()
    assert sum(row[5] for row in before if row[3] == 1) == Attempt.objects.count()


def test_s23_what_was_logged_before_there_were_tallies_is_added_up_once(endpoint):
    now = timezone.now()
    for days in (0.1, 1.5, 6.9):
        log_attempts(endpoint, 3, at=now - timedelta(days=days), ms=round(days * 1000), failure="timeout", status=None)
    log_attempts(endpoint, 2, is_test=True)
    migration = import_module("tracking.migrations.0011_add_up_attempts")
    recent = [row for row in stored() if row[3] == 6 or row[4] > now - timedelta(days=2)]
    for _ in range(2):
        with connection.cursor() as cursor:
            for statement in (migration.ALONE, migration.NONE, migration.ADD):
                cursor.execute(statement)
        assert stored() == recent


def test_s23_tallies_that_no_window_reaches_are_forgotten_and_the_others_stay(endpoint, monkeypatch):
    monkeypatch.setattr(tallies, "BATCH", 2)
    now = timezone.now()
    for days in (0.1, 1, 3, 4, 5, 7.2, 9, 10, 11):
        log_attempts(endpoint, at=now - timedelta(days=days))
    assert pruning.forget(now) == 0
    assert sorted(AttemptTally.objects.values_list("hours", flat=True)) == [1, 1, 6, 6, 6, 6, 6, 6]


def test_s23_tests_are_not_added_up_and_tallies_go_with_their_endpoint(acme, endpoint):
    other = make_signed_endpoint(acme.tenant, "https://other.example.com/in")[0]
    leasing.turn([make_tried(endpoint), make_tried(other), make_tried(other, is_test=True)], 0)
    hours = AttemptTally.objects.for_tenant(acme.tenant).filter(hours=1)
    assert dict(hours.values_list("endpoint", "attempts")) == {endpoint.pk: 1, other.pk: 1}
    endpoint.delete()
    assert set(AttemptTally.objects.values_list("endpoint", flat=True)) == {other.pk}
