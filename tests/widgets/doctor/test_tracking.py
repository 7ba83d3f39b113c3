"""B9: pages and servers hear of nothing. Each cause is made for real, is named, and is gone once mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import make_signed_endpoint
from tests.widgets.doctor.looking import look
from tests.widgets.doctor.test_door import load
from tests.widgets.door import Door
from tests.world import Company
from tracking.models import Attempt, EventType, Outcome, WebhookEndpoint
from tracking.outcomes import record_outcome

SEEN = {
    "sessionId": "s",
    "event": "custom:tracking_dispatched",
    "timestamp": "2026-11-01T00:00:00Z",
    "metadata": {"eventType": EventType.CONVERSATION_STARTED.value},
}


@pytest.fixture
def door(acme: Company) -> Door:
    door = Door(acme)
    load(door)
    return door


def test_b09_s20_no_page_ever_heard_of_an_outcome(acme: Company, globex: Company, door: Door) -> None:
    record_outcome(conversation=acme.conversation, event_type=EventType.CONVERSATION_STARTED, source="system")
    assert look(acme.owner).is_well("No outcome was due on a page yet")
    Outcome.objects.update(occurred_at=timezone.now() - timedelta(hours=2))
    found = look(acme.owner).find("No page has heard of an outcome")
    assert found.fixes == {"Test in my browser": "/settings/widget?tab=tracking"}
    assert "No page has heard" not in look(globex.owner).text
    assert door.post("track", SEEN).status_code == 200
    assert look(acme.owner).is_well("Browser events reach a page www.acme.com, just now")


def test_b09_s23_webhooks_fail_too_often(acme: Company, globex: Company, door: Door) -> None:
    endpoint = make_signed_endpoint(acme.tenant, "https://hooks.acme.example/in", description="CRM")[0]
    log_attempts(endpoint, 7)
    log_attempts(endpoint, 3, failure="status", status=503, error="The server answered 503.", request_id="told-000-1")
    found = look(acme.owner).find("High webhook fail-rate")
    assert "3 of 10 attempts in the last 15 minutes" in found.words
    assert "503" in found.words
    assert "told-000-1" in found.words
    assert found.fixes == {"Open Health": "/settings/widget?tab=tracking#health"}
    assert "High webhook" not in look(globex.owner).text
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=20))
    assert look(acme.owner).is_well("Webhooks are delivered 1 endpoint")


def test_b09_s24_an_endpoint_that_fails_or_was_disabled(acme: Company, door: Door) -> None:
    endpoint = make_signed_endpoint(acme.tenant, "https://hooks.acme.example/in", description="CRM")[0]
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    rows.update(failing_since=timezone.now() - timedelta(hours=3))
    found = look(acme.owner).find("Your webhook endpoint CRM needs a look")
    assert "It began to fail 3 h ago" in found.words
    assert found.fixes["Open the endpoint"] == f"/settings/webhooks/{endpoint.pk}"
    rows.update(status="disabled")
    assert look(acme.owner).find("Your webhook endpoint CRM is disabled").state == "warn"
    rows.update(status="active", failing_since=None)
    assert look(acme.owner).troubled == []
