"""P8 in two windows: what was saved meanwhile is said, what was typed stays, and Undo takes what is stored."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import WIDTHS, NewContext, faults, viewers
from tests.servers import Web
from tests.tracking.endpoints import make_signed_endpoint
from tests.world import World
from tracking import webhooks

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
def test_p08_two_windows_over_one_endpoint(web: Web, world: World, new_context: NewContext, width: int) -> None:
    endpoint, _ = make_signed_endpoint(world.acme.tenant, "https://hooks.example.com/in", description="CRM")
    [viewer] = viewers(new_context, web, world.acme.admin, widths=[width])
    page = viewer.page
    page.goto(f"{web.url}/settings/webhooks/{endpoint.pk}")
    webhooks.change_endpoint(endpoint, description="CRM of sales", events=["message.created"])
    viewer.allow(409)
    page.get_by_label("Address").fill("https://hooks.example.com/other")
    page.get_by_role("button", name="Save endpoint").click()
    told = page.get_by_role("alert")
    for words in (
        "saved meanwhile",
        "“CRM of sales”",
        "Now chosen: Message created.",
        "No longer chosen: Conversation",
    ):
        expect(told).to_contain_text(words)
    expect(page.get_by_label("Address")).to_have_value("https://hooks.example.com/other")
    expect(page.get_by_label("Description")).to_have_value("CRM")
    viewer.judge("webhook-meanwhile")
    page.get_by_role("link", name="Undo").click()  # which doesn't ask whether to leave
    expect(page.get_by_label("Description")).to_have_value("CRM of sales")
    expect(page.get_by_label("Address")).to_have_value("https://hooks.example.com/in")
    expect(page.get_by_role("button", name="Save endpoint")).to_be_hidden()
    assert not faults([viewer]), "\n".join(viewer.faults)
