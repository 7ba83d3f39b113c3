"""Errors in the corner: they stay until they are closed, in nobody’s way, and only where somebody asked for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_outcomes_by_hand import settled
from tests.browser.test_tracking_builder import sign_in
from tests.servers import Web
from tests.world import World

pytestmark = pytest.mark.browser
UNREACHABLE = "The server could not be reached"
WIDTHS = [360, 1024, 1280, 1440]


@pytest.fixture(params=WIDTHS)
def dashboard(
    request: pytest.FixtureRequest, web: Web, world: World, new_context: Callable[..., BrowserContext]
) -> Page:
    """A window of this width, with acme's owner signed in."""
    context = new_context(viewport={"width": request.param, "height": 740})
    sign_in(context, web, world.acme.owner)
    return context.new_page()


def failed(page: Page) -> None:
    """The longest words that an error has, with an id to report."""
    words = "Somebody changed this at the same time. Reload the page and try again. " * 2
    detail = {"text": words, "kind": "bad", "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    page.evaluate("detail => document.dispatchEvent(new CustomEvent('toast', { detail }))", detail)
    expect(page.locator(".toast[data-kind=bad]")).to_be_visible()


def test_s09_an_error_is_never_over_the_button_that_sends(dashboard: Page, web: Web, world: World) -> None:
    dashboard.goto(f"{web.url}/inbox/{world.acme.conversation.pk}")
    box = dashboard.locator("#composer textarea[name=message]")
    box.fill("One line\nand another\nand a third")
    failed(dashboard)
    failed(dashboard)
    expect(dashboard.locator(".toast")).to_have_count(1)  # the same again is said once
    box.click(trial=True)  # raises where something else would get the click
    dashboard.locator("#composer").get_by_role("button", name="Send reply").click(trial=True)
    expect(box).to_have_value("One line\nand another\nand a third")


def test_d01_an_error_is_never_over_the_button_that_saves(dashboard: Page, web: Web) -> None:
    dashboard.goto(f"{web.url}/settings/widget?tab=appearance")
    dashboard.get_by_role("textbox").first.fill("Acme and daughters")
    failed(dashboard)
    dashboard.locator(".savebar").get_by_role("button", name="Save").click(trial=True)  # raises where it is covered


def test_b03_what_a_page_asks_by_itself_fails_quietly(web: Web, world: World, page: Page) -> None:
    sign_in(page.context, web, world.acme.owner)
    page.route("**/outcomes", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/outcomes")):
        page.goto(f"{web.url}/inbox/{world.acme.conversation.pk}")
    page.wait_for_selector("html[data-live-state=live]")
    settled(page)
    page.route("**/handover", lambda route: route.abort())
    page.get_by_role("button", name="Take over").click()
    expect(page.locator(".toast")).to_have_count(1)  # of what somebody pressed, and of nothing else
    expect(page.locator(".toast")).to_contain_text(UNREACHABLE)
