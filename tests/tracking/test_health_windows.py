"""S23: the windows of Health say what the log of tries says, and the long ones read none of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import formats, timezone

from tests.tracking.attempts import log_attempts, make_tried
from tests.tracking.endpoints import RATED, make_signed_endpoint
from tests.world import signed_in
from tracking import health, leasing
from tracking.leasing import Tried
from tracking.models import Attempt

QUALIFIED = "autochat.lead_qualified.v1"


@pytest.fixture
def endpoint(acme):
    return make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")[0]


def in_parts(done, dice) -> Iterator[list[Tried]]:
    """As a pool writes down what has come back: a few at a time."""
    while done:
        size = dice.randint(1, 40)
        yield done[:size]
        done = done[size:]


def figures_of(tries):
    """What Health shows of them, counted one by one."""
    times = sorted(one.duration_ms for one in tries)
    percentiles = [times[ceil(share * len(times)) - 1] for share in (0.5, 0.95)]
    return (len(tries), sum(bool(one.failure) for one in tries), *percentiles)


def check(figures, tries, *, within=0.05):
    """Counts to the last, percentiles within 5 %."""
    attempts, failures, *percentiles = figures_of(tries)
    assert (figures.attempts, figures.failures) == (attempts, failures)
    assert [figures.p50, figures.p95] == [pytest.approx(exact, rel=within) for exact in percentiles]


@pytest.mark.parametrize("window", ["15m", "24h", "7d"])
def test_s23_every_window_says_what_the_log_of_tries_says(acme, globex, endpoint, window):
    now, dice = timezone.now(), random.Random(23)
    other = make_signed_endpoint(acme.tenant, "https://other.example.com/in")[0]
    stranger = make_signed_endpoint(globex.tenant, "https://globex.example/in")[0]
    within = 0.05 if window in health.TALLIED else 0
    done = [
        make_tried(
            dice.choice([endpoint, other, stranger]),
            dice.choice([RATED, QUALIFIED]),
            at=now - health.WINDOWS[window] * 1.2 * dice.random(),
            ms=round(10 ** dice.uniform(0, 4.17)),
            failure=dice.choice(["", "", "", "timeout"]),
            is_test=dice.random() < 0.1,
        )
        for _ in range(400)
    ]
    for part in in_parts(done, dice):
        leasing.turn(part, 0)
        if dice.random() < 0.3:
            leasing.turn(part, 0)
    measured = health.measure(acme.tenant.pk, window, now)
    step = health.STEPS[window]
    assert timedelta() <= now - health.WINDOWS[window] - measured.start < (step if within else timedelta.resolution)
    tries = list(Attempt.objects.for_tenant(acme.tenant).counted().filter(started_at__gte=measured.start))
    check(measured.whole, tries, within=within)
    assert {row.event_type for row in measured.types} == {RATED, QUALIFIED}
    for row in measured.types:
        some = [one for one in tries if one.event_type == row.event_type]
        check(row, some, within=within)
        begun = Counter((one.started_at - measured.start) // step for one in some)
        failed = Counter((one.started_at - measured.start) // step for one in some if one.failure)
        assert row.course == [(begun[number], failed[number]) for number in range(len(row.course))]
        assert sum(attempts for attempts, _ in row.course) == row.attempts
    assert {row.endpoint for row in measured.endpoints} == {endpoint, other}
    for figures in measured.endpoints:
        check(figures, [one for one in tries if one.endpoint_id == figures.endpoint.pk], within=within)


def test_s23_what_a_deleted_endpoint_was_told_goes_with_it(acme, endpoint):
    other = make_signed_endpoint(acme.tenant, "https://other.example.com/in")[0]
    leasing.turn([make_tried(endpoint), make_tried(other)], 0)
    assert health.measure(acme.tenant.pk, "24h", timezone.now()).whole.attempts == 2
    endpoint.delete()
    measured = health.measure(acme.tenant.pk, "24h", timezone.now())
    assert (measured.whole.attempts, [row.endpoint for row in measured.endpoints]) == (1, [other])


@pytest.mark.parametrize(("window", "begins"), [("24h", (9, 14, 0)), ("7d", (3, 12, 0))])
def test_s23_a_long_window_begins_with_a_whole_span_and_says_so(acme, endpoint, window, begins):
    now = datetime(2026, 4, 10, 14, 20, tzinfo=UTC)
    start = datetime(2026, 4, *begins, tzinfo=UTC)
    log_attempts(endpoint, 2, at=start)
    log_attempts(endpoint, 5, at=start - timedelta(microseconds=1))
    log_attempts(endpoint, 1, at=now)
    measured = health.measure(acme.tenant.pk, window, now)
    assert (measured.start, measured.whole.attempts) == (start, 3)
    assert [measured.types[0].course[0], measured.types[0].course[-1]] == [(2, 0), (1, 0)]


def test_s23_the_section_says_since_when_it_counts_and_how_exact_percentiles_are(acme, endpoint):
    log_attempts(endpoint)
    admin = signed_in(acme.admin)
    for window in ("24h", "7d"):
        shown = admin.get(f"/settings/webhooks/health?window={window}").content.decode()
        start = timezone.localtime(health.measure(acme.tenant.pk, window, timezone.now()).start)
        assert f"Since {formats.date_format(start, 'j F, H:i')}. p50 and p95 are within 5&nbsp;%." in shown
    assert "Since" not in admin.get("/settings/webhooks/health?window=15m").content.decode()


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/settings/webhooks/health?window=15m", 10),
        ("/settings/webhooks/health?window=24h", 11),
        ("/settings/webhooks/health?window=7d", 11),
        ("/settings/widget?tab=tracking", 16),
    ],
)
def test_f5_pages_of_health_ask_as_often_for_many_tries_and_endpoints_as_for_few(acme, endpoint, path, most):
    admin = signed_in(acme.admin)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(path).status_code == 200
            return len(queries)

    log_attempts(endpoint, 10, failure="timeout", status=None)  # enough for the warning, which asks once more
    admin.get(path)
    few = asked()
    for number in range(12):
        other = make_signed_endpoint(acme.tenant, f"https://hooks{number}.example.com/in")[0]
        log_attempts(other, 3, failure="timeout", status=None)
        log_attempts(other, 2, at=timezone.now() - timedelta(days=3), event_type=QUALIFIED)
    assert asked() == few <= most
