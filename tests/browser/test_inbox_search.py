"""Searching the inbox with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import furniture
from tests.browser.test_pages import viewers
from tests.servers import Web
from tests.world import World

pytestmark = pytest.mark.browser


def test_escape_ends_the_search_and_brings_the_list_back(
    web: Web, world: World, new_context: Callable[..., BrowserContext]
) -> None:
    furniture.furnish(world.acme)
    page = viewers(new_context, web, world.acme.owner)[-1].page
    page.goto(f"{web.url}/inbox")
    rows = page.locator("a.conv")
    expect(rows.first).to_be_visible()
    before = rows.count()
    page.keyboard.press("/")
    page.keyboard.type("nothing-like-this")
    expect(rows).to_have_count(0)
    page.keyboard.press("Escape")
    expect(rows).to_have_count(before)
    expect(page).to_have_url(f"{web.url}/inbox")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
