"""The widget's states before axe, the judge of accessibility, in both themes and at both sizes (R7, P6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import axe
from tests.browser.conftest import OpenShop
from tests.browser.look import SHOTS
from tests.browser.shop import answers, open_chat, part, say, snippet_of
from tests.servers import Web
from tests.world import World
from widgets.models import AllowedDomain, WidgetSettings

pytestmark = pytest.mark.browser
LOOKS = [(360, "light"), (1440, "dark")]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_r07_axe_finds_nothing_in_any_state_of_the_widget(
    web: Web, world: World, new_context: Callable[..., BrowserContext], open_shop: OpenShop, look: tuple[int, str]
) -> None:
    width, theme = look
    WidgetSettings.objects.create(
        tenant=world.acme.tenant, prechat_required=["name", "email"], greeting_message="Hello, how can we help?"
    )
    context = new_context(viewport={"width": width, "height": 740}, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    axe.bring(page)
    shop = open_shop('<meta name="viewport" content="width=device-width">' + snippet_of(web, world.acme))
    page.goto(shop.origin)
    expect(part(page, "launcher")).to_be_visible()
    _judge(page, "launcher", look)
    open_chat(page)
    part(page, "field-name").fill("Vera")
    part(page, "start").click()
    expect(part(page, "error-email")).not_to_be_empty()
    _judge(page, "form", look)
    part(page, "field-email").fill("vera@shoes.example")
    part(page, "start").click()
    say(page, "Is the blue one in stock?")
    expect(answers(page)).to_have_count(2)  # after the greeting
    _judge(page, "chat", look)
    AllowedDomain.objects.create(tenant=world.acme.tenant, domain="www.acme.com")
    say(page, "And the red one?")
    expect(part(page, "toast")).to_be_visible()
    _judge(page, "failure", look)


def _judge(page: Page, state: str, look: tuple[int, str]) -> None:
    page.screenshot(path=SHOTS / f"widget-{state}-{look[0]}-{look[1]}.png", animations="disabled")
    assert axe.violations(page, where="autochat-widget") == []
