"""B4: ten tries over some 75 hours, and how long an endpoint is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracking.schedule import GAPS, LONGEST_OPEN, TRIES, next_gap, open_for, read_retry_after

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECONDS = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]


def test_b04_there_are_ten_tries_at_the_contracts_times():
    assert [int(gap.total_seconds()) for gap in GAPS] == SECONDS
    assert TRIES == 10
    assert [next_gap(tries, chance=0.5) for tries in range(1, 11)] == [*GAPS, None]
    assert 74 < sum(GAPS, timedelta()).total_seconds() / 3600 < 77


@pytest.mark.parametrize("tries", range(1, 10))
def test_b04_each_gap_varies_by_a_fifth_both_ways(tries):
    gap = GAPS[tries - 1]
    assert next_gap(tries, chance=0) == gap * 0.8
    assert next_gap(tries, chance=1) == gap * 1.2
    assert all(gap * 0.8 <= next_gap(tries) <= gap * 1.2 for _ in range(200))


def test_b04_a_wish_for_later_is_honoured_and_one_for_sooner_is_not():
    assert next_gap(1, wish=timedelta(minutes=10), chance=0.5) == timedelta(minutes=10)
    assert next_gap(2, wish=timedelta(seconds=1), chance=0.5) == timedelta(minutes=5)
    assert next_gap(1, wish=timedelta(days=900), chance=0.5) == timedelta(hours=24)
    assert next_gap(10, wish=timedelta(minutes=10)) is None


@pytest.mark.parametrize(
    ("header", "wish"),
    [
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        ("Fri, 27 Nov 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Fri, 27 Nov 2026 11:59:00 GMT", None),
        ("Fri, 27 Nov 2999 11:59:00 GMT", timedelta(hours=24)),
        ("9" * 400, timedelta(hours=24)),
        ("0", None),
        ("-5", None),
        ("1e9", None),
        ("1.5", None),
        ("٣٠", None),
        ("soon", None),
        ("", None),
        ("Fri, 99 Zzz 99999999 99:99:99 GMT", None),
        ("1, 2", None),
    ],
)
def test_b04_retry_after_is_read_and_nonsense_is_not(header, wish):
    assert read_retry_after(header, NOW) == wish


def test_b04_the_breaker_opens_at_five_failures_and_never_for_long():
    assert [open_for(failures) for failures in range(5)] == [None] * 5
    assert open_for(5) == timedelta(seconds=10)
    assert open_for(10**9) == LONGEST_OPEN
