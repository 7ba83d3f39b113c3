"""S18: whoever copies a static template can read it first, by hand or by keyboard, also on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.look import WIDE
from tests.browser.test_pages import WIDTHS, NewContext, faults, viewers
from tests.browser.test_tracking_builder import TAB, sign_in
from tests.servers import Web
from tests.waiting import wait_until
from tests.world import World
from tracking import gtm, snippets

pytestmark = pytest.mark.browser


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_s18_what_is_read_is_what_is_copied(web: Web, world: World, page: Page) -> None:
    sign_in(page.context, web, world.acme.admin)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=web.url)
    page.goto(web.url + TAB)
    for template in snippets.templates():
        row = page.locator("#templates li").filter(has_text=template.title)
        code = row.locator("code")
        expect(code).to_be_hidden()
        row.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(code).to_be_visible()
        assert code.text_content() == template.text
        page.keyboard.press("Tab")  # the code, which scrolls by the arrow keys
        expect(row.locator("pre")).to_be_focused()
        page.keyboard.press("Tab")
        expect(row.get_by_role("button", name=f"Copy {template.label}")).to_be_focused()
        page.keyboard.press("Enter")
        wait_until(lambda text=template.text: clipboard(page) == text, what="it is on the clipboard")  # type: ignore[misc]
    container = page.locator("#templates li").first
    container.locator("summary").click()
    assert container.locator("code").text_content() == gtm.text()
    with page.expect_download() as download:
        container.get_by_role("link", name="Download").click()
    assert download.value.path().read_text() == gtm.text()


@pytest.mark.parametrize("width", WIDTHS)
def test_s18_unfolded_templates_fit_the_screen(web: Web, world: World, new_context: NewContext, width: int) -> None:
    [viewer] = viewers(new_context, web, world.acme.admin, widths=[width])
    page = viewer.page
    page.goto(web.url + TAB)
    for row in page.locator("#templates li").all():
        row.locator("summary").click(position={"x": 20, "y": 20})
        button, shown = row.locator(":scope > .btn").bounding_box(), row.locator("pre").bounding_box()
        assert button
        assert shown
        assert shown["y"] >= button["y"] + button["height"]  # the button lies on the line, not on the code
        assert shown["width"] > width * 0.5 if width < WIDE else shown["width"] > 600
    viewer.judge("tracking-templates")
    assert not faults([viewer]), "\n".join(viewer.faults)
