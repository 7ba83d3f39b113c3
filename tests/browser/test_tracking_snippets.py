"""D17: every snippet that the builder writes, run on somebody's page beside stand-ins for what it speaks to."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenShop
from tests.browser.shop import render, required
from tests.servers import Web
from tests.tag_manager import TagManager
from tests.world import World
from tracking import gtm, presets
from tracking.models import EventType
from tracking.snippets import Choice, snippet

pytestmark = pytest.mark.browser
NAME, STABLE = presets.EVENT_NAME, presets.STABLE_EVENT
LEAD, QUOTE = EventType.LEAD_QUALIFIED.value, EventType.QUOTE_REQUESTED.value
STUBS = """<script>
    window.calls = [];
    const note = (name) => (...given) => calls.push([name, ...given]);
    window.dataLayer = [];
    const { push } = dataLayer;
    dataLayer.push = (...entries) => {
        for (const entry of entries) if (entry.event) calls.push(["dataLayer", entry]);
        return push.apply(dataLayer, entries);
    };
    window.gtag = function () {
        dataLayer.push(arguments);
        if (arguments[0] !== "consent") note("gtag")(...arguments);
    };
    window.fbq = note("fbq");
    window.analytics = { track: note("segment") };
    window.posthog = { capture: note("posthog") };
    window._paq = { push: note("matomo") };
    window.plausible = note("plausible");
    console.info = note("plain");
    window.tell = (detail) => dispatchEvent(new CustomEvent("autochat.widget_tracking.v1", { detail }));
</script>"""


def outcome(event_id: str, event_type: str = LEAD, **data: Any) -> dict[str, Any]:
    return {
        "scope": "chat_widget_tracking",
        "event_id": event_id,
        "event_type": event_type,
        "occurred_at": "2026-03-31T14:05:00Z",
        "conversation_id": "c1",
        "session_id": "s1",
        "trigger_source": "rule",
        "data": data,
        "dispatch_version": 1,
    }


def parameters(detail: dict[str, Any]) -> dict[str, Any]:
    return {name: detail[field] for name, field in presets.PARAMETERS.items()}


def expected(key: str, detail: dict[str, Any], name: str = NAME) -> list[Any]:
    """What a place hears of an outcome, in the words of its own documentation."""
    told = parameters(detail)
    facts = {
        "autochat_occurred_at": detail["occurred_at"],
        "autochat_conversation_id": detail["conversation_id"],
        "autochat_value": detail["data"].get("conversion_value"),
        "autochat_currency": detail["data"].get("currency"),
    }
    return {
        "gtm": ["dataLayer", {"event": STABLE, **told, **facts}],
        "ga4": ["gtag", "event", name, told],
        "meta": ["fbq", "trackCustom", name, told, {"eventID": detail["event_id"]}],
        "matomo": ["matomo", ["trackEvent", name, detail["event_type"], detail["event_id"]]],
        "plausible": ["plausible", name, {"props": told}],
        "posthog": ["posthog", name, told],
        "segment": ["segment", name, told],
        "plain": ["plain", name, detail],
    }[key]


SELECTIONS = [(), (LEAD,), (LEAD, QUOTE)]
EACH = [*((key,) for key in presets.PRESETS), tuple(presets.PRESETS)]


def test_d17_each_snippet_tells_its_place_of_what_was_chosen_and_of_nothing_else(
    page: Page, open_shop: OpenShop
) -> None:
    shop = open_shop()
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    lead, quote = outcome("e1", conversion_value=85.0, currency="GBP"), outcome("e2", QUOTE)
    rated = outcome("e3", EventType.CONVERSATION_RATED.value)
    for keys, chosen in itertools.product(EACH, SELECTIONS):
        shop.snippet = STUBS + snippet(Choice(keys, chosen, event_name="chat_outcome"))
        page.goto(shop.origin)
        calls = page.evaluate("(all) => { all.forEach(tell); return calls; }", [lead, quote, rated])
        wanted = [one for one in (lead, quote, rated) if not chosen or one["event_type"] in chosen]
        assert calls == [expected(key, one, "chat_outcome") for one in wanted for key in keys], (keys, chosen)
    assert crashes == []


SIGNALS = {"analytics_storage": "denied", "ad_storage": "denied"}


def test_d17_with_consent_nothing_leaves_until_it_is_granted_and_then_once(page: Page, open_shop: OpenShop) -> None:
    shop = open_shop()
    page.clock.install()
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    for keys, chosen in itertools.product(EACH, SELECTIONS):
        shop.snippet = STUBS + snippet(Choice(keys, chosen, consent=True))
        page.goto(shop.origin)
        page.evaluate("(all) => { gtag('consent', 'default', all); }", SIGNALS)
        page.evaluate("gtag('consent', 'default', {analytics_storage: 'granted', region: ['US']})")
        page.evaluate("(detail) => tell(detail)", outcome("e1"))
        page.clock.run_for(2_000)
        assert page.evaluate("calls") == [], (keys, chosen)
        page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
        page.clock.run_for(600)
        analytics = [key for key in keys if presets.PRESETS[key].consent == presets.ANALYTICS]
        assert page.evaluate("calls") == [expected(key, outcome("e1")) for key in analytics]
        page.evaluate("gtag('consent', 'update', {ad_storage: 'granted'})")
        page.clock.run_for(600)
        page.evaluate("gtag('consent', 'update', {analytics_storage: 'denied', ad_storage: 'denied'})")
        page.evaluate("(detail) => tell(detail)", outcome("e2"))
        page.clock.run_for(2_000)
        assert sorted(map(str, page.evaluate("calls"))) == sorted(str(expected(key, outcome("e1"))) for key in keys)
    assert crashes == []


def test_d17_a_banner_that_tells_only_googles_tags_is_heard(page: Page, open_shop: OpenShop) -> None:
    page.clock.install()
    page.goto(open_shop(STUBS + snippet(Choice(("ga4",), consent=True))).origin)
    page.evaluate("window.google_tag_data = {ics: {entries: {analytics_storage: {default: false}}}}")
    page.evaluate("(detail) => tell(detail)", outcome("e1"))
    page.clock.run_for(1_000)
    assert page.evaluate("calls") == []
    page.evaluate("google_tag_data.ics.entries.analytics_storage.update = true")
    page.clock.run_for(600)
    assert page.evaluate("calls") == [expected("ga4", outcome("e1"))]


def test_d17_a_place_that_is_not_there_or_fails_stops_no_other(page: Page, open_shop: OpenShop) -> None:
    broken = (
        "<script>fbq = () => { throw new Error('theirs'); }; delete window.posthog; delete window.plausible;</script>"
    )
    for consent in (False, True):
        shop = open_shop(STUBS + broken + snippet(Choice(tuple(presets.PRESETS), consent=consent)))
        page.goto(shop.origin)
        page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted', ad_storage: 'granted'})")
        page.evaluate("(detail) => tell(detail)", outcome("e1"))
        there = [key for key in presets.PRESETS if key not in ("meta", "posthog", "plausible")]
        assert page.evaluate("calls") == [expected(key, outcome("e1")) for key in there]


def test_d17_tag_manager_fires_by_its_rules_and_reads_each_outcomes_own_values(page: Page, open_shop: OpenShop) -> None:
    page.goto(open_shop(STUBS + snippet(Choice(("gtm",)))).origin)
    told = [outcome("e1", conversion_value=85.0, currency="GBP"), outcome("e2", QUOTE)]
    pushed = page.evaluate("(all) => { all.forEach(tell); return dataLayer; }", told)
    manager = TagManager(gtm.container())
    assert manager.push({"event": "gtm.js"}) is None
    fired = [manager.push(entry) for entry in pushed]
    assert fired == [
        {
            "autochat event type": one["event_type"],
            "autochat event id": one["event_id"],
            "autochat trigger source": "rule",
            "autochat scope": "chat_widget_tracking",
            "autochat occurred at": one["occurred_at"],
            "autochat conversation id": "c1",
            "autochat value": one["data"].get("conversion_value"),
            "autochat currency": one["data"].get("currency"),
        }
        for one in told
    ]


def test_b01_a_snippet_and_the_widgets_own_bridges_say_the_same(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    keys = ("gtm", "ga4", "meta", "segment", "posthog", "matomo", "plausible")
    bridges = ["dataLayer", "gtag", "fbq", "segment", "posthog", "matomo", "plausible"]
    page.goto(open_shop(STUBS + snippet(Choice(keys))).origin)
    render(page, web, required(web, world.acme) | {"tracking": {"bridges": bridges}})
    page.evaluate("handle.test()")
    page.wait_for_function(f"calls.length === {2 * len(keys)}")
    calls = page.evaluate("calls")
    assert calls[: len(keys)] == calls[len(keys) :]
