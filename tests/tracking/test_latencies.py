"""S23: response times counted in slots tell percentiles within 5 %."""

from __future__ import annotations

import random
from bisect import bisect_right
from importlib import import_module
from math import ceil

import pytest

from tracking.latencies import EDGES, LIMIT_MS, SLOTS, percentile, together


def counted(times):
    """As `width_bucket` counts them in the database."""
    counts = [0] * SLOTS
    for ms in times:
        counts[bisect_right(EDGES, ms)] += 1
    return counts


def test_s23_any_time_within_the_limit_is_told_within_five_percent():
    for ms in range(LIMIT_MS + 1):
        assert abs(percentile(counted([ms]), 0.95) - ms) <= 0.05 * ms


@pytest.mark.parametrize("share", [0.5, 0.95])
@pytest.mark.parametrize("number", [1, 2, 19, 20, 21, 1000])
def test_s23_a_percentile_is_within_five_percent_and_parts_make_the_whole(share, number):
    dice = random.Random(number)
    for _ in range(20):
        times = [round(10 ** dice.uniform(0, 4.17)) for _ in range(number)]
        exact = sorted(times)[ceil(share * number) - 1]
        half = number // 2
        whole = together([counted(times[:half]), counted(times[half:])])
        assert whole == counted(times)
        assert abs(percentile(whole, share) - exact) <= 0.05 * exact


def test_s23_nothing_takes_no_time_and_what_took_too_long_took_the_limit():
    assert percentile(together([]), 0.95) == 0
    assert percentile(counted([15_003, 15_940, 80]), 0.5) == LIMIT_MS


def test_s23_slots_stay_as_they_are_for_what_is_stored_was_counted_by_them():
    stored = import_module("tracking.migrations.0011_add_up_attempts")
    assert (tuple(int(edge) for edge in stored.EDGES.split(",")), stored.SLOTS) == (EDGES, SLOTS)
