"""S23: Widget Tracking Health says what failed, how often and why, and warns when it is too much."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.reading import text_of
from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import RATED, make_signed_endpoint
from tests.world import bearer, signed_in
from tracking import alarms, charts, health_counts
from tracking.models import EndpointProbe, FailRateEpisode, WebhookEndpoint

QUALIFIED, HEALTH = "autochat.lead_qualified.v1", "/settings/webhooks/health"


@pytest.fixture
def endpoint(acme):
    return make_signed_endpoint(acme.tenant, "https://hooks.example.com/in/secret-path")[0]


@pytest.mark.parametrize(
    ("attempts", "failures", "warns"),
    [
        (9, 9, False),
        (10, 0, False),
        (10, 1, True),
        (11, 1, False),
        (19, 2, True),
        (20, 2, True),
        (100, 9, False),
        (100, 10, True),
    ],
)
def test_s23_the_warning_comes_exactly_at_ten_tries_and_ten_percent(acme, endpoint, attempts, failures, warns):
    assert health_counts.is_high(attempts, failures) is warns
    log_attempts(endpoint, failures, status=500, failure="status", error="The server answered 500.")
    log_attempts(endpoint, attempts - failures)
    shown = text_of(signed_in(acme.admin).get(HEALTH))
    assert ("High webhook fail-rate" in shown) is warns
    answer = signed_in(acme.admin).get("/api/tracking/health?window=15m", headers=bearer(acme.admin)).json()
    assert (answer["warning"] is not None) is warns


def test_s23_a_try_that_is_exactly_fifteen_minutes_old_is_out(acme, endpoint):
    now = timezone.now()
    log_attempts(endpoint, 9, at=now - timedelta(minutes=1), failure="timeout", status=None)
    (tenth,) = log_attempts(endpoint, 1, at=now - timedelta(minutes=15), failure="timeout", status=None)
    assert health_counts.lately(acme.tenant.pk, now).attempts == 9
    tenth.started_at += timedelta(microseconds=1)
    tenth.save()
    figures = health_counts.lately(acme.tenant.pk, now)
    assert (figures.attempts, figures.is_high) == (10, True)


def test_s23_figures_by_event_type_and_endpoint_in_each_window(acme, globex, endpoint, client):
    now = timezone.now()
    other = make_signed_endpoint(acme.tenant, "https://other.example.com/")[0]
    for ms in range(1, 101):
        log_attempts(endpoint, at=now - timedelta(minutes=2), ms=ms)
    log_attempts(other, 3, at=now - timedelta(hours=3), event_type=QUALIFIED, status=500, failure="status", error="no")
    log_attempts(other, 1, at=now - timedelta(days=2), event_type=QUALIFIED)
    log_attempts(other, 50, is_test=True, status=500, failure="status")  # pings don't count
    theirs = make_signed_endpoint(globex.tenant, "https://globex.example/")[0]
    log_attempts(theirs, 5, failure="timeout", status=None)

    def ask(window):
        return client.get(f"/api/tracking/health?window={window}", headers=bearer(acme.admin)).json()

    lately, day, week = ask("15m"), ask("24h"), ask("7d")
    assert (lately["total"]["attempts"], day["total"]["attempts"], week["total"]["attempts"]) == (100, 103, 104)
    rated = lately["event_types"][0]
    assert (rated["event_type"], rated["p50_ms"], rated["p95_ms"], rated["failure_rate"]) == (RATED, 50, 95, 0)
    worst = week["event_types"][0]
    assert (worst["event_type"], worst["attempts"], worst["failures"], worst["failure_rate"]) == (QUALIFIED, 4, 3, 75)
    assert [row["endpoint_host"] for row in day["endpoints"]] == ["other.example.com", "hooks.example.com"]
    assert client.get("/api/tracking/health?window=1y", headers=bearer(acme.admin)).status_code == 400


def test_s23_failure_rows_name_what_is_needed_to_report_them(acme, endpoint, client):
    log_attempts(
        endpoint,
        status=503,
        failure="status",
        error="The server answered 503 Service Unavailable.",
        request_id="req-12345",
    )
    (row,) = client.get("/api/tracking/health", headers=bearer(acme.admin)).json()["recent_failures"]
    assert row["endpoint_host"] == "hooks.example.com"  # not the path, which may hold a secret
    assert (row["status_code"], row["attempt"], row["request_id"]) == (503, 1, "req-12345")
    assert row["error"] == "The server answered 503 Service Unavailable."
    shown = text_of(signed_in(acme.admin).get("/settings/widget?tab=tracking"))
    for words in ("Widget Tracking Health", "hooks.example.com", "503", "req-12345", RATED):
        assert words in shown
    assert "secret-path" not in shown.partition("Recent failures")[2]


@pytest.mark.parametrize(
    ("status", "words"), [("active", "It is on the way again."), ("paused", "is paused"), ("disabled", "is disabled")]
)
def test_s23_a_failure_leads_to_its_delivery_and_a_replay_says_what_comes_of_it(acme, endpoint, status, words):
    (tried,) = log_attempts(endpoint, status=500, failure="status", error="The server answered 500.")
    WebhookEndpoint.objects.update(status=status)
    admin = signed_in(acme.admin)
    assert f'href="/settings/webhooks/deliveries/{tried.delivery_id}"' in text_of(admin.get(HEALTH))
    replayed = admin.post(f"/settings/webhooks/deliveries/{tried.delivery_id}/replay", headers={"HX-Request": "true"})
    assert words in replayed["HX-Trigger"]
    assert ("sent once that is active again" in replayed["HX-Trigger"]) is (status != "active")
    assert "Recent failures" in text_of(replayed)


def test_s23_of_many_endpoints_the_least_failing_are_folded_away(acme):
    for number in range(12):
        endpoint = make_signed_endpoint(acme.tenant, f"https://hooks{number}.example.com/in")[0]
        log_attempts(endpoint)
    log_attempts(endpoint, status=500, failure="status", error="The server answered 500.")
    figures = text_of(signed_in(acme.admin).get(HEALTH)).partition("By endpoint")[2]
    shown, _, folded = figures.partition("2 more endpoints, none with failures")
    assert "hooks11.example.com" in shown
    assert "hooks10.example.com" in folded


def test_s23_endpoints_of_one_host_are_told_apart_and_the_host_stays(acme, client, mailoutbox):
    crm, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/crm", description="CRM")
    sales, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/sales")
    ads, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/ads")
    again, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/ads")
    names = ["CRM", "hooks.example.com/sales", "hooks.example.com/ads (1)", "hooks.example.com/ads (2)"]
    for endpoint in (crm, sales, ads, again):
        log_attempts(endpoint, 3, status=500, failure="status", error="The server answered 500.")
    told = client.get("/api/tracking/health", headers=bearer(acme.admin)).json()
    for part in ("endpoints", "probes", "recent_failures"):
        assert {row["endpoint_name"] for row in told[part]} == set(names), part
        assert {row["endpoint_host"] for row in told[part]} == {"hooks.example.com"}, part
    shown = text_of(signed_in(acme.admin).get(HEALTH))
    checks, figures, failures = shown.split("<h2 ")[2], shown.partition("By endpoint")[2], shown.split("<h2 ")[3]
    assert [name for name in names for part in (checks, figures, failures) if name not in part] == []
    assert "CRM, hooks.example.com, attempt 1" in failures
    alarms.watch(timezone.now())
    EndpointProbe.objects.update(due_at=None, checked_at=timezone.now(), url="https://hooks.example.com/crm")
    alarms.tell_admins()
    assert "\nCRM\n" in mailoutbox[0].body
    log = text_of(signed_in(acme.admin).get("/settings/webhooks"))
    assert log.count("hooks.example.com/ads (2)") == 1 + 1 + 3  # the list, the choice, three deliveries


def test_s23_admins_are_told_once_of_each_episode(acme, endpoint, mailoutbox):
    now = timezone.now()
    log_attempts(endpoint, 12, at=now, failure="timeout", status=None)
    for _ in range(3):
        alarms.watch(now)
        EndpointProbe.objects.update(due_at=None)
        alarms.tell_admins()
    (mail,) = mailoutbox
    assert sorted(mail.bcc) == ["admin@acme.example", "owner@acme.example"]
    assert "12 of 12" in mail.body
    alarms.watch(now + timedelta(minutes=16))
    assert FailRateEpisode.objects.get().ended_at
    log_attempts(endpoint, 12, at=now + timedelta(hours=1), failure="timeout", status=None)
    alarms.watch(now + timedelta(hours=1))
    EndpointProbe.objects.update(due_at=None)
    alarms.tell_admins()
    assert len(mailoutbox) == 2


def test_b04_admins_are_told_when_an_endpoint_is_disabled_also_after_a_broken_mail_server(
    acme, endpoint, mailoutbox, settings
):
    WebhookEndpoint.objects.update(status="disabled", disabled_at=timezone.now(), disabled_reason="gone")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert alarms.tell_admins() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [alarms.tell_admins(), alarms.tell_admins()] == [1, 0]
    (mail,) = mailoutbox
    assert "410 Gone" in mail.body
    assert f"/settings/webhooks/{endpoint.pk}" in mail.body


def test_s23_a_course_is_drawn_with_what_failed_on_top():
    drawn = charts.bars([(0, 0), (10, 0), (10, 5), (5, 5)])
    assert [(bar.kind, bar.x, bar.height) for bar in drawn.bars] == [
        ("nil", 0, 1), ("ok", 5, 22), ("ok", 10, 11), ("ko", 10, 11), ("ko", 15, 11),
    ]  # fmt: skip
    assert drawn.words == "10 of 25 failed"
    assert drawn.paths == [
        ("nil", "M0 23h4v1h-4z"),
        ("ok", "M5 2h4v22h-4zM10 13h4v11h-4z"),
        ("ko", "M10 2h4v11h-4zM15 13h4v11h-4z"),
    ]
