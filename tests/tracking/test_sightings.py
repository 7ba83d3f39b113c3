"""B2: where a page was last told of an outcome, as its widget says."""

from __future__ import annotations

from django.utils import timezone

from tests.widgets.door import Door
from tracking import sightings
from tracking.models import BrowserSighting

TYPE = "autochat.lead_qualified.v1"


def report(door, event_type, **headers):
    said = {
        "sessionId": "session-1",
        "event": sightings.EVENT,
        "timestamp": timezone.now().isoformat(),
        "metadata": {"eventType": event_type},
    }
    return door.post("track", said, **headers)


def test_b02_the_last_browser_event_is_kept_per_site_and_outcome(acme, globex):
    door = Door(acme)
    for _ in range(3):
        assert report(door, TYPE).status_code == 200
    report(Door(acme, origin="https://shop.acme.com:8443"), TYPE)
    report(door, "autochat.quote_requested.v1")
    report(Door(globex), TYPE)
    seen = BrowserSighting.objects.for_tenant(acme.tenant).order_by("host", "event_type")
    assert list(seen.values_list("host", "event_type", "times")) == [
        ("shop.acme.com", TYPE, 1),
        ("www.acme.com", TYPE, 3),
        ("www.acme.com", "autochat.quote_requested.v1", 1),
    ]
    last = seen.get(host="www.acme.com", event_type=TYPE)
    assert last.first_at < last.last_at


def test_b02_what_is_no_outcome_or_has_no_site_is_passed_over(acme):
    for wrong in ("click", "", None, 7, ["x"], "autochat.x.v1\n", "autochat." + "x" * 100 + ".v1"):
        assert report(Door(acme), wrong).status_code == 200
    assert report(Door(acme, origin="null"), TYPE).status_code == 200
    assert BrowserSighting.objects.count() == 0


def test_b02_a_page_that_invents_sites_fills_no_table(acme, monkeypatch):
    monkeypatch.setattr(sightings, "MAX_ROWS", 2)
    for number in range(4):
        report(Door(acme, origin=f"https://shop{number}.acme.com"), TYPE)
    report(Door(acme, origin="https://shop1.acme.com"), TYPE)
    seen = BrowserSighting.objects.for_tenant(acme.tenant).order_by("host").values_list("host", "times")
    assert list(seen) == [("shop0.acme.com", 1), ("shop1.acme.com", 2)]
