"""The Tracking tab in a browser: the builder, its registry, the test in one's own browser (S15–S19, B2)."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tenants import grain
from tests.browser import furniture
from tests.browser.look import WIDE
from tests.browser.shop import listen, token_of
from tests.browser.test_pages import NewContext, faults, viewers
from tests.servers import Web
from tests.waiting import wait_until
from tests.world import Membership, World, signed_in
from tracking import builder, presets
from tracking.models import EventType
from tracking.snippets import Choice, snippet

pytestmark = pytest.mark.browser
TAB = "/settings/widget?tab=tracking"
ALL = tuple(presets.PRESETS)


def sign_in(context: BrowserContext, web: Web, who: Membership) -> None:
    cookie = signed_in(who).cookies["autochat_session"].value
    context.add_cookies([{"name": "autochat_session", "value": cookie, "url": web.url}])


def shown(page: Page) -> str:
    return page.locator("#built-snippet").inner_text()


def test_s16_a_choice_changes_the_snippet_at_once_and_copies(web: Web, world: World, page: Page) -> None:
    heard = listen(page)
    sign_in(page.context, web, world.acme.admin)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=web.url)
    page.goto(web.url + TAB)
    assert shown(page) + "\n" == snippet(Choice(("ga4",), consent=True)) + "\n"
    page.get_by_role("checkbox", name="Meta Pixel").check()
    page.get_by_role("switch", name="Consent Mode v2").uncheck()
    for name in ("Conversation started", "Contact captured"):
        page.get_by_role("checkbox", name=name, exact=True).uncheck()
    page.get_by_label("Event name").fill("chat_outcome")
    wanted = tuple(EventType.values[2:])
    expected = snippet(Choice(("ga4", "meta"), outcomes=wanted, event_name="chat_outcome"))
    wait_until(lambda: shown(page) == expected, what="the snippet follows")
    page.locator("#snippet-pane").get_by_role("button", name="Copy").click()
    wait_until(lambda: page.evaluate("navigator.clipboard.readText()") == expected, what="it is on the clipboard")
    page.get_by_label("Event name").fill("google_chat")
    expect(page.get_by_role("alert")).to_contain_text("Google keeps names that begin with ga_")
    page.get_by_label("Event name").fill("")
    expect(page.locator("#built-snippet")).to_contain_text("chat_widget_tracking")
    assert (heard.errors, heard.crashes) == ([], [])


BROKEN = {
    "down": lambda route: route.fulfill(status=503, body="no"),
    "gone": lambda route: route.abort(),
    "no-json": lambda route: route.fulfill(body="<html>"),
    "other-version": lambda route: route.fulfill(json={**presets.registry(), "version": 2}),
    "other-shape": lambda route: route.fulfill(json={"version": 1, "presets": [{"key": 7}]}),
    "never": lambda route: None,
}


def test_s19_without_the_registry_the_defaults_serve_and_all_else_works(web: Web, world: World, page: Page) -> None:
    sign_in(page.context, web, world.acme.admin)
    token_of(world.acme)
    page.goto(web.url + TAB)
    page.wait_for_selector("html[data-presets=registry]")
    expect(page.get_by_text("Preset registry unavailable")).to_be_hidden()
    offered, begun = page.locator(".pick").inner_html(), shown(page)
    for kind, answer in BROKEN.items():
        page.route("**/api/tracking/presets", answer)
        page.reload()
        expect(page.get_by_text("Preset registry unavailable"), kind).to_be_visible()
        assert (page.locator(".pick").inner_html(), shown(page)) == (offered, begun), kind
        page.unroute("**/api/tracking/presets")
    expect(page.get_by_role("heading", name="Static templates")).to_be_visible()
    page.get_by_role("checkbox", name="Matomo").check()
    expect(page.locator("#built-snippet")).to_contain_text("_paq")
    page.get_by_role("button", name="Test in my browser").click()
    expect(page.frame_locator("[data-trial]").locator("#trial-verdict")).to_contain_text("The test event arrived")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Preset registry unavailable")).to_be_hidden()


def test_s19_the_registrys_own_words_are_shown(web: Web, world: World, page: Page) -> None:
    def renamed(route: Route) -> None:
        registry = json.loads(json.dumps(presets.registry()))
        registry["presets"] = [preset for preset in registry["presets"] if preset["key"] != "posthog"]
        registry["presets"][1]["label"] = "Google Analytics 4"
        route.fulfill(json=registry)

    sign_in(page.context, web, world.acme.admin)
    page.route("**/api/tracking/presets", renamed)
    page.goto(web.url + TAB)
    expect(page.get_by_role("checkbox", name="Google Analytics 4")).to_be_checked()
    expect(page.get_by_role("checkbox", name="PostHog")).to_be_hidden()


def test_b02_the_test_shows_what_arrived_in_every_place(web: Web, world: World, page: Page) -> None:
    heard = listen(page)
    sign_in(page.context, web, world.acme.admin)
    token_of(world.acme)
    for consent in ("", "&consent=on"):
        query = "&".join(f"preset={key}" for key in ALL) + "&outcome=autochat.quote_requested.v1" + consent
        page.goto(f"{web.url}/settings/widget/tracking/trial?{query}")
        expect(page.locator("#trial-verdict")).to_contain_text("The test event arrived", timeout=15_000)
        rows = page.locator("[data-arrives]")
        assert rows.count() == 2 + len(ALL) + bool(consent)
        assert set(rows.evaluate_all("(rows) => rows.map((row) => row.dataset.state)")) == {"good"}
        gtag = page.locator('[data-arrives="call gtag"]')
        gtag.locator("summary").click()
        expect(gtag.locator("code")).to_contain_text('"autochat_event_type": "autochat.quote_requested.v1"')
        assert re.match(r"\d+ ms( after consent)?$", gtag.locator("[data-time]").inner_text())
    assert (heard.errors, heard.crashes) == ([], [])


def test_s17_and_the_tabs_other_states_are_fit_to_be_seen(web: Web, world: World, new_context: NewContext) -> None:
    furniture.furnish(world.acme)
    admin = viewers(new_context, web, world.acme.admin)
    for viewer in admin:
        viewer.page.goto(web.url + TAB)
        held = viewer.page.get_by_role("link", name="Held for review")
        assert held.is_visible() is (viewer.width == WIDE)  # a narrow rail has no room for pages under pages
        viewer.page.get_by_role("button", name="Test in my browser").click()
        expect(viewer.page.frame_locator("[data-trial]").locator("#trial-verdict")).to_contain_text("arrived")
        expect(viewer.page.locator("[data-trial]")).to_be_in_viewport(ratio=0.9)
        viewer.judge("tracking-tested")
        viewer.page.goto(f"{web.url}/settings/widget/tracking/trial?preset=ga4&outcome=autochat.quote_requested.v1")
        expect(viewer.page.locator("#trial-verdict")).to_contain_text("arrived")
        viewer.judge("tracking-trial")
    grain.put(builder.GRAIN, False)
    world.acme.owner.user.is_staff = True
    world.acme.owner.user.save()
    staff = viewers(new_context, web, world.acme.owner)
    for viewer in staff:
        viewer.look("tracking-gate", web.url + TAB)
        expect(viewer.page.get_by_text("Publicly closed")).to_be_visible()
    for viewer in admin:
        viewer.look("tracking-closed", web.url + TAB)
        expect(viewer.page.get_by_role("heading", name="Guided Snippet Builder")).to_have_count(0)
    found = faults(admin + staff)
    assert not found, "\n".join(found)
