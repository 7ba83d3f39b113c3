"""D16: whoever points at a day of the chart reads what it came to, on a phone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.look import SHOTS
from tests.browser.months import talk_for_months
from tests.servers import Web
from tests.world import World, signed_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1440, 900)])
def test_d16_a_day_says_what_it_came_to(
    web: Web, world: World, new_context: Callable[..., BrowserContext], width: int, height: int
) -> None:
    talk_for_months(world.acme)
    context = new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    cookie = signed_in(world.acme.owner).cookies["autochat_session"].value
    context.add_cookies([{"name": "autochat_session", "value": cookie, "url": web.url}])
    page = context.new_page()
    for period, days in (("7d", 7), ("90d", 90)):
        page.goto(f"{web.url}/analytics?period={period}")
        card = page.locator(".card", has=page.locator(".chart-days")).bounding_box()
        assert card is not None
        for place in (0, days // 2 - 1, days // 2, days - 1):
            day = page.locator(".chart-days > li").nth(place)
            day.hover()
            (said,) = [one for one in page.locator(".callout").all() if one.is_visible()]
            box = said.bounding_box()
            assert box is not None
            assert "qualified" in said.inner_text()
            assert card["x"] <= box["x"]
            assert box["x"] + box["width"] <= card["x"] + card["width"]
            if place == days // 2:
                page.screenshot(path=SHOTS / f"analytics-{period}-pointed-at-{width}.png")
