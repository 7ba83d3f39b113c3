"""P6: on a phone the ways to go stand side by side at the bottom, each with its word."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import BrowserContext

from tests.servers import Web
from tests.world import World, signed_in

pytestmark = pytest.mark.browser
GAP = 4  # pixels

_WORDS = """() => [...document.querySelectorAll(".rail-nav .rail-word")].filter((it) => it.checkVisibility())
    .map((it) => ({ word: it.textContent, ...it.getBoundingClientRect().toJSON() }))"""


@pytest.mark.parametrize(("path", "has_tracking"), [("/analytics", False), ("/settings/widget?tab=tracking", True)])
def test_p06_the_phones_bar_has_room_for_every_word(
    web: Web, world: World, new_context: Callable[..., BrowserContext], path: str, has_tracking: bool
) -> None:
    context = new_context(viewport={"width": 360, "height": 740})
    cookie = signed_in(world.acme.owner).cookies["autochat_session"].value
    context.add_cookies([{"name": "autochat_session", "value": cookie, "url": web.url}])
    page = context.new_page()
    page.goto(web.url + path)
    words = page.evaluate(_WORDS)
    said = [one["word"] for one in words]
    assert said[0] == "Inbox"
    assert said[-1] == "Settings"
    assert "Analytics" in said
    assert ("Tracking" in said) == has_tracking, "else it is a tab of Settings, but where one is stays in sight"
    assert words[0]["left"] >= 0
    assert words[-1]["right"] <= 360
    if not has_tracking:
        gaps = [after["left"] - before["right"] for before, after in pairwise(words)]
        assert min(gaps) >= GAP
