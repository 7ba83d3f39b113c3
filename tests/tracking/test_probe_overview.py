"""S24: What to check shows who is in trouble and folds the rest away, with how many they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracking.models import WebhookEndpoint
from tracking.probes.overview import MOST_SHOWN, look_over
from tracking.probes.reports import Report
from tracking.probes.verdicts import Verdict


def report(state: str = "good", status: str = "active", *, failing: bool = False, running: bool = False) -> Report:
    since = datetime(2026, 3, 1, tzinfo=UTC) if failing else None
    endpoint = WebhookEndpoint(url="https://hooks.example.com/in", status=status, failing_since=since)
    return Report(endpoint, None, running, verdicts=[Verdict("Reachability", state, "Title")])


BAD, WARN, FINE, UNKNOWN = report("bad"), report("warn"), report(), report("")
FAILING, PAUSED, DISABLED = report(failing=True), report("bad", "paused"), report("bad", "disabled", failing=True)


@pytest.mark.parametrize(
    ("reports", "shown", "line", "folded"),
    [
        ([BAD, WARN, FINE, FAILING, PAUSED], [BAD, WARN, FAILING], "3 of 4 active endpoints need a look.",
         "The other 2: 1 fine, 1 paused or disabled"),
        ([BAD, FINE], [BAD], "1 of 2 active endpoints needs a look.", "The other one, fine"),
        ([FINE] * 7, [], "All is well: 7 active endpoints are reached, verify our signature and answer in time.",
         "All 7, fine"),
        ([FINE, PAUSED], [], "All is well: the active endpoint is reached, verifies our signature and answers in time.",
         "All 2: 1 fine, 1 paused or disabled"),
        ([FINE, FINE, UNKNOWN], [], "Nothing is known to be wrong, but 1 of 3 active endpoints has no result yet.",
         "All 3: 2 fine, 1 without a result"),
        ([PAUSED, DISABLED], [], "Nothing is sent: all endpoints are paused or disabled.", "All 2, paused or disabled"),
        ([BAD] + [report(running=True) for _ in range(2)], [BAD], "Checking 2 endpoints…", "The other 2, fine"),
    ],
)  # fmt: skip
def test_s24_who_is_in_trouble_comes_first_and_the_rest_is_counted(reports, shown, line, folded):
    overview = look_over(reports)
    assert (overview.shown, overview.line, overview.folded_words) == (shown, line, folded)


def test_s24_of_many_in_trouble_some_are_folded_too_and_paused_ones_come_last():
    overview = look_over([PAUSED, *(report("bad") for _ in range(49))])
    assert (len(overview.shown), overview.folded[-1]) == (MOST_SHOWN, PAUSED)
    assert overview.folded_words == f"The other 45: {49 - MOST_SHOWN} in trouble, 1 paused or disabled"


@pytest.mark.parametrize("only", [FINE, UNKNOWN, PAUSED])
def test_s24_a_single_endpoint_is_shown_whatever_it_is_like(only):
    overview = look_over([only])
    assert (overview.shown, overview.folded, overview.line) == ([only], [], "")
