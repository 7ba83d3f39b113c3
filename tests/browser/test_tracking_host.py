"""Outcomes on somebody's page: first the stable event, then its alias, each once whatever the visitor does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conversations import reports, services
from conversations.models import Conversation
from tests import chromium
from tests.browser.conftest import OpenShop
from tests.browser.shop import STRICT, answers, hashes, listen, open_chat, part, render, required, say, snippet_of
from tests.proxy import Proxy
from tests.servers import Web
from tests.tracking.endpoints import make_endpoint
from tests.waiting import wait_until
from tests.world import World
from tracking.models import BrowserSighting, EventType, Outcome, OutcomeMapping, WebhookEvent

pytestmark = pytest.mark.browser
STABLE, STARTED = "autochat.widget_tracking.v1", EventType.CONVERSATION_STARTED.value
_HEAR = (
    f"for (const name of {[STABLE, *EventType.values]}) addEventListener(name, (event) => hear(name, event.detail));"
)
_STUBS = """<script>
    window.calls = [];
    window.dataLayer = [];
    window.gtag = function () { dataLayer.push(arguments); if (arguments[0] === "event") told("gtag", arguments[2]); };
    window.fbq = (...given) => told("fbq", given[2]);
    window.told = (place, given) => hear(place, { event_id: given.autochat_event_id });
</script>"""


@dataclass
class Heard:
    """What all tabs of a browser were told: event (or place) and detail, in order."""

    context: BrowserContext
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def ids(self, name: str = STABLE) -> list[str]:
        return [detail["event_id"] for told, detail in self.told if told == name]

    def wait_for(self, count: int, name: str = STABLE) -> None:
        wait_until(lambda: self._listen() and len(self.ids(name)) >= count, what=f"{count} of {name}: {self.told}")

    def _listen(self) -> bool:
        """What pages have said is read while Playwright is asked for something."""
        return bool(self.context.pages[0].evaluate("true"))


def hear(context: BrowserContext) -> Heard:
    heard = Heard(context)
    context.expose_binding("hear", lambda _, name, detail: heard.told.append((name, detail)))
    context.add_init_script(_HEAR)
    return heard


def conversation_of(world: World) -> Conversation:
    return (
        Conversation.objects.for_tenant(world.acme.tenant).exclude(pk=world.acme.conversation.pk).latest("started_at")
    )


def under_way(page: Page) -> bool:
    """Whether the browser remembers a conversation of whose end it hasn't heard."""
    kept = "Object.values(localStorage).map((text) => JSON.parse(text))"
    return bool(page.evaluate(f"{kept}.some((kept) => kept.conversationId)"))


def reach(world: World, event_type: EventType) -> None:
    """An outcome that somebody sets by hand."""
    reports.report_outcome(conversation=conversation_of(world), event_type=event_type, source="agent")


def reach_and_close(page: Page, world: World, elsewhere: str, event_type: EventType) -> None:
    """An outcome and the conversation's end, while the visitor is somewhere else."""
    page.goto(elsewhere)
    reach(world, event_type)
    services.close_conversation(conversation=conversation_of(world), by=world.acme.owner)


@pytest.fixture
def network(web: Web) -> Iterator[Proxy]:
    """A stretch of network between a visitor and the API."""
    proxy = Proxy(web.port)
    yield proxy
    proxy.cut()


def test_s20_b01_page_data_layer_and_webhook_are_told_one_outcome_under_the_strictest_policy(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    make_endpoint(world.acme.tenant, events=[STARTED])
    complaints, heard = listen(page), hear(page.context)
    option = {"bridges": ["dataLayer", "gtag", "fbq"]}
    snippet = "<script>window.dataLayer = [];</script>" + snippet_of(web, world.acme, tracking=option)
    page.goto(open_shop(snippet, csp=STRICT.format(app=web.url, inline=hashes(snippet))).origin)
    page.evaluate("addEventListener('autochat.widget_tracking.v1', () => { throw new Error('the shop’s own'); })")
    open_chat(page)
    say(page, "Hello, what do you sell?")
    heard.wait_for(1, STARTED)
    outcome = Outcome.objects.for_tenant(world.acme.tenant).get()
    assert heard.told == [(STABLE, outcome.detail), (STARTED, outcome.detail)]
    assert set(outcome.detail) == {
        *("scope", "event_id", "event_type", "occurred_at", "conversation_id"),
        *("session_id", "trigger_source", "data", "dispatch_version"),
    }
    pushed = page.evaluate("dataLayer.map((entry) => [entry.event, entry.autochat_event_id])")
    assert pushed == [[STABLE, str(outcome.pk)]]
    assert WebhookEvent.objects.get().pk == outcome.pk
    wait_until(BrowserSighting.objects.exists, what="the widget says that it has told the page")
    seen = BrowserSighting.objects.for_tenant(world.acme.tenant).get()
    assert (seen.host, seen.event_type, seen.times) == ("localhost", STARTED, 1)
    assert (complaints.errors, complaints.crashes) == ([], ["the shop’s own"])


def test_s20_three_tabs_reloads_and_the_end_of_a_conversation_tell_each_outcome_once(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    heard = hear(page.context)
    shop = open_shop(snippet_of(web, world.acme))
    tabs = [page, page.context.new_page(), page.context.new_page()]
    for tab in tabs:
        tab.goto(shop.origin)
    open_chat(page)
    say(page, "Hello")
    expect(answers(page)).to_have_count(1)
    heard.wait_for(1)
    for kind in (EventType.QUOTE_REQUESTED, EventType.LEAD_QUALIFIED):
        reach(world, kind)
    heard.wait_for(3)
    for tab in tabs:
        tab.reload()
        expect(part(tab, "launcher")).to_be_visible()
    reach(world, EventType.APPOINTMENT_REQUESTED)
    heard.wait_for(4)
    services.close_conversation(conversation=conversation_of(world), by=world.acme.owner)
    heard.wait_for(5)
    for tab in tabs:
        tab.reload()
    open_chat(page)
    say(page, "And once more")  # a new conversation: its own outcome, and whatever was told twice has come by now
    heard.wait_for(6)
    stored = list(Outcome.objects.for_tenant(world.acme.tenant).in_order())
    assert sorted(heard.ids()) == sorted(str(row.pk) for row in stored)
    aliases = sorted((name, detail["event_id"]) for name, detail in heard.told if name != STABLE)
    assert aliases == sorted((row.type, str(row.pk)) for row in stored)  # S22: each outcome's own alias and no other
    assert heard.told[0][0] == STABLE


def test_s20_what_was_decided_while_the_page_was_gone_is_told_when_it_is_back_and_asked_for_once(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    heard, asked = hear(page.context), []
    page.on("response", lambda got: asked.append(got.status) if "/stream" in got.url else None)
    shop, elsewhere = open_shop(snippet_of(web, world.acme)), open_shop("Another page")
    page.goto(shop.origin)
    open_chat(page)
    say(page, "Hello")
    expect(answers(page)).to_have_count(1)
    heard.wait_for(1)
    reach_and_close(page, world, elsewhere.origin, EventType.LEAD_QUALIFIED)
    asked.clear()
    page.goto(shop.origin)
    heard.wait_for(3)
    stored = Outcome.objects.for_tenant(world.acme.tenant).in_order()
    assert heard.ids() == [str(row.pk) for row in stored]
    wait_until(lambda: heard._listen() and asked == [200, 204], what=f"it is told, and then nothing is left: {asked}")
    page.reload()
    expect(part(page, "launcher")).to_be_visible()
    assert under_way(page) is False
    open_chat(page)
    say(page, "And once more")
    heard.wait_for(4)
    wait_until(lambda: heard._listen() and asked == [200, 204, 200], what=f"only the new one is asked about: {asked}")
    reach_and_close(page, world, elsewhere.origin, EventType.QUOTE_REQUESTED)
    Outcome.objects.for_tenant(world.acme.tenant).update(emit_browser=False)
    asked.clear()
    page.goto(shop.origin)
    wait_until(lambda: heard._listen() and not under_way(page), what="with nothing to tell it is over, too")
    assert asked == [204]
    assert len(heard.ids()) == 4


def test_s21_what_the_mapping_keeps_from_pages_is_not_told_there(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    OutcomeMapping.objects.create(tenant=world.acme.tenant, event_type=STARTED, emit_browser=False)
    heard = hear(page.context)
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    open_chat(page)
    say(page, "Hello")
    expect(answers(page)).to_have_count(1)
    reach(world, EventType.QUOTE_REQUESTED)
    heard.wait_for(1)
    assert [name for name, _ in heard.told] == [STABLE, EventType.QUOTE_REQUESTED]


def test_s20_what_happens_while_a_visitor_is_offline_is_told_once_they_are_back(
    web: Web, world: World, page: Page, open_shop: OpenShop, network: Proxy
) -> None:
    heard = hear(page.context)
    page.goto(open_shop(snippet_of(web, world.acme, apiUrl=network.url)).origin)
    open_chat(page)
    say(page, "Hello")
    expect(answers(page)).to_have_count(1)
    reach(world, EventType.QUOTE_REQUESTED)
    heard.wait_for(2)
    network.cut()
    reach(world, EventType.LEAD_QUALIFIED)
    reach(world, EventType.APPOINTMENT_REQUESTED)
    network.mend()
    heard.wait_for(4)
    network.cut()
    network.mend()
    page.reload()
    reach(world, EventType.HANDOFF_REQUESTED)
    heard.wait_for(5)
    assert heard.ids() == [str(row.pk) for row in Outcome.objects.for_tenant(world.acme.tenant).in_order()]


def test_s20_back_and_forward_tell_nothing_twice(browser: Browser, web: Web, world: World, open_shop: OpenShop) -> None:
    keeping = browser.browser_type.launch(
        executable_path=chromium.chromium(),
        args=chromium.OPTIONS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    try:
        page = keeping.new_page()
        heard = hear(page.context)
        page.add_init_script("addEventListener('pageshow', (event) => { window.kept = event.persisted; });")
        shop, elsewhere = open_shop(snippet_of(web, world.acme)), open_shop("Another page")
        page.goto(shop.origin)
        open_chat(page)
        say(page, "Hello")
        expect(answers(page)).to_have_count(1)
        heard.wait_for(1)
        for kind in (EventType.QUOTE_REQUESTED, EventType.LEAD_QUALIFIED):
            page.goto(elsewhere.origin)
            reach(world, kind)
            page.go_back(wait_until="commit")
            wait_until(lambda: page.evaluate("window.kept"), what="the very page is back, out of the browser's memory")
            heard.wait_for(2 if kind is EventType.QUOTE_REQUESTED else 3)
        assert heard.ids() == [str(row.pk) for row in Outcome.objects.for_tenant(world.acme.tenant).in_order()]
    finally:
        keeping.close()


def test_b01_without_consent_nothing_leaves_and_with_it_each_outcome_goes_once(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    heard = hear(page.context)
    option = {"bridges": ["gtag", "fbq"], "consent": "google", "holdEvents": True}
    denied = "<script>gtag('consent', 'default', {analytics_storage: 'denied', ad_storage: 'denied'});</script>"
    page.goto(open_shop(_STUBS + denied + snippet_of(web, world.acme, tracking=option)).origin)
    open_chat(page)
    say(page, "Hello")
    expect(answers(page)).to_have_count(1)
    page.reload()  # asked again on the next page, and again not answered
    tab = page.context.new_page()
    tab.goto(page.url)
    reach(world, EventType.QUOTE_REQUESTED)
    expect(part(tab, "launcher")).to_be_visible()
    said = f"{web.url}/api/widgets/{world.acme.tenant.pk}/stream"
    wait_until(lambda: tab.evaluate("performance.getEntriesByType('resource').map((one) => one.name)").count, what=said)
    assert heard.told == []
    for one in (page, tab):
        one.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
    heard.wait_for(2, "gtag")
    heard.wait_for(2)
    assert heard.ids("fbq") == []
    page.evaluate("gtag('consent', 'update', {ad_storage: 'granted'})")
    heard.wait_for(2, "fbq")
    ids = sorted(str(row.pk) for row in Outcome.objects.for_tenant(world.acme.tenant))
    assert [sorted(heard.ids(name)) for name in (STABLE, "gtag", "fbq")] == [ids, ids, ids]


def test_b01_the_pages_own_word_on_consent_counts_by_handle_and_by_event(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    heard = hear(page.context)
    page.goto(open_shop(_STUBS).origin)
    render(page, web, required(web, world.acme) | {"tracking": {"bridges": ["gtag"], "consent": "page"}, "open": True})
    say(page, "Hello")
    heard.wait_for(1)
    page.evaluate("handle.consent(false)")
    assert heard.ids("gtag") == []
    page.evaluate("dispatchEvent(new CustomEvent('autochat.consent', { detail: true }))")
    heard.wait_for(1, "gtag")
    page.evaluate("handle.consent(false)")
    reach(world, EventType.QUOTE_REQUESTED)
    heard.wait_for(2)
    assert len(heard.ids("gtag")) == 1
    page.evaluate("handle.consent(true)")
    heard.wait_for(2, "gtag")


def test_b02_a_test_on_the_customers_own_page_is_marked_and_never_counted(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    heard = hear(page.context)
    complaints = listen(page)
    page.goto(open_shop(_STUBS).origin)
    wrong = {"bridges": ["gtag"], "consent": "always"}
    render(page, web, required(web, world.acme) | {"tracking": wrong})
    page.evaluate("handle.test('autochat.quote_requested.v1')")
    heard.wait_for(1, "gtag")
    (name, detail), (alias, _), _ = heard.told
    assert (name, alias) == (STABLE, EventType.QUOTE_REQUESTED)
    assert (detail["data"], detail["event_id"][:5]) == ({"test": True}, "test_")
    assert (Outcome.objects.count(), BrowserSighting.objects.count()) == (0, 0)
    assert complaints.errors == ['[autochat] renderWebWidget: "tracking.consent" has to be one of none, google, page.']
