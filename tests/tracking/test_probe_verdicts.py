"""S24: what a probe found is judged as reachability, signature and response time, each with what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracking.models import EndpointProbe
from tracking.probes.verdicts import Logged, judge

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = {"status_code": 204, "duration_ms": 120, "connected_ms": 30, "is_forgery_sent": True, "forged_status_code": 401}

UNLOGGED = Logged()


def verdicts_on(found: dict, logged: Logged = UNLOGGED):
    return judge(EndpointProbe(**WELL | found), logged, NOW)


def failed(failure: str, **found) -> dict:
    return {"status_code": None, "failure": failure, "error": "Why.", "connected_ms": None, **_UNSENT, **found}


_UNSENT = {"is_forgery_sent": False, "forged_status_code": None}


def refused(status: int) -> dict:
    return {"status_code": status, "failure": "status", "error": f"The server answered {status}.", **_UNSENT}


def ends_in(**left) -> dict:
    return {"certificate_until": NOW + timedelta(**left)}


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        ({}, "good", "connected in 30 ms"),
        (ends_in(days=61, hours=2), "good", "good for 61 days"),
        (ends_in(days=14), "good", "good for 14 days"),
        (ends_in(days=13, hours=23), "warn", "ends in 13 days"),
        (ends_in(days=1, hours=1), "warn", "ends in 1 day "),
        (ends_in(seconds=-1), "bad", "has ended"),
        (failed("dns"), "bad", "Check the host name"),
        (failed("refused"), "bad", "Enter a public address"),
        (failed("connect"), "bad", "firewall"),
        (failed("timeout"), "bad", "firewall"),
        (failed("tls"), "bad", "certificate"),
        (failed("garbled", status_code=200), "bad", "breaks off"),
        (failed("timeout", connected_ms=40), "good", "connected in 40 ms"),
        (failed("internal"), "", "Not tried"),
        (refused(503), "bad", "it fails The server answered 503."),
        (refused(404), "bad", "Check the path"),
        (refused(410), "bad", "it is gone The server answered 410. A delivery that is answered so disables"),
        (refused(302), "bad", "Enter the address that it leads to"),
        (refused(429), "warn", "busy"),
        (refused(401), "good", "Reached"),
    ],
)
def test_s24_reachability(found, state, words):
    verdict = verdicts_on(found)[0]
    assert (verdict.about, verdict.state) == ("Reachability", state)
    assert words in f"{verdict.title} {verdict.why} {verdict.to_do}"


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        ({}, "good", "Verifies signatures Ours got 204, a forged one 401."),
        ({"forged_status_code": 400}, "good", "Verifies signatures"),
        ({"forged_status_code": 404}, "good", "Verifies signatures"),
        ({"forged_status_code": 500}, "good", "Answer 401 rather"),
        ({"forged_status_code": 200}, "warn", "Accepts anything Ours got 204, a forged one 200."),
        ({"forged_status_code": None}, "", "got no answer"),
        ({"forged_status_code": 429}, "", "got 429"),
        ({"forged_status_code": 302}, "", "got 302"),
        (refused(401), "bad", "Compare the secret"),
        (refused(403), "bad", "answered 403 to a rightly signed request"),
        ({**refused(400), "is_forgery_sent": True, "forged_status_code": 400}, "bad", "answer 2xx to webhook.test"),
        ({**refused(400), "is_forgery_sent": True, "forged_status_code": 401}, "warn", "the test is refused"),
        (refused(503), "", "Can’t be judged"),
        (failed("connect"), "", "Can’t be judged"),
        (failed("internal"), "bad", "Nothing can be signed"),
    ],
)
def test_s24_signature(found, state, words):
    verdict = verdicts_on(found)[1]
    assert (verdict.about, verdict.state) == ("Signature", state)
    assert words in f"{verdict.title} {verdict.why} {verdict.to_do}"


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(hours=-3, minutes=-20), "refuses the new secret"),
        (timedelta(hours=-3, minutes=-20), "less than 4 h more"),
        (timedelta(hours=1), "rotated lately"),
        (timedelta(days=8), "Compare the secret"),
    ],
)
def test_s24_a_refused_signature_after_a_rotation_names_the_rotation(ago, words):
    verdict = judge(EndpointProbe(**WELL | refused(401)), UNLOGGED, NOW, old_signs_until=NOW - ago)[1]
    assert verdict.state == "bad"
    assert words in f"{verdict.title} {verdict.why} {verdict.to_do}"
    assert judge(EndpointProbe(**WELL), UNLOGGED, NOW, old_signs_until=NOW - ago)[1].state == "good"


@pytest.mark.parametrize(
    ("found", "logged", "state", "words"),
    [
        ({}, Logged(), "good", "120 ms, the limit is 15 s."),
        ({"duration_ms": 3000}, Logged(40, 250), "good", "3.0 s, the limit is 15 s. p95 of 40 deliveries: 250 ms."),
        ({"duration_ms": 3001}, Logged(), "warn", "Answers slowly"),
        ({}, Logged(1200, 4800), "warn", "at times 120 ms, the limit is 15 s. p95 of 1,200 deliveries: 4.8 s."),
        (failed("timeout", connected_ms=40), Logged(), "bad", "do the work afterwards"),
        (failed("timeout"), Logged(), "", "did not answer"),
        (failed("connect"), Logged(9, 200), "", "p95 of 9 deliveries: 200 ms."),
    ],
)
def test_s24_response_time(found, logged, state, words):
    verdict = verdicts_on(found, logged)[2]
    assert (verdict.about, verdict.state) == ("Response time", state)
    assert words in f"{verdict.title} {verdict.why} {verdict.to_do}"
