"""D13 in a browser: what makes a lead is tried without saving, and edited without losing one’s place."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import listen
from tests.browser.test_tracking_builder import sign_in
from tests.servers import Web
from tests.world import World
from tracking.models import Qualification

pytestmark = pytest.mark.browser
BUDGET = {"key": "budget", "label": "Budget", "type": "number", "required": True, "choices": []}


def test_d13_fields_are_tried_by_enter_and_changes_undone_without_a_question(
    web: Web, world: World, page: Page
) -> None:
    heard, acme = listen(page), world.acme
    Qualification.objects.create(tenant=acme.tenant, fields=[BUDGET], criteria=None)
    sign_in(page.context, web, acme.admin)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{web.url}/settings/qualification")
    save = page.get_by_role("button", name="Save changes")
    tried = page.locator("[data-trying]").get_by_label("Budget")
    tried.fill("700")
    expect(save).to_be_hidden()
    tried.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Qualified")).to_be_visible()
    expect(save).to_be_hidden()
    page.get_by_role("button", name="Add a field").click()
    expect(page.locator("[name=f1-label]")).to_be_focused()
    page.keyboard.type("Size of it")
    page.get_by_role("button", name="Add a condition").click()
    expect(page.locator("[name=f1-key]")).to_have_value("size_of_it")
    page.get_by_role("button", name="Remove the field Size of it").click()
    expect(page.get_by_role("button", name="Add a field")).to_be_focused()
    page.get_by_role("link", name="Undo").click()
    expect(page.get_by_text("No conditions yet.")).to_be_visible()
    assert (asked, heard.errors, heard.crashes) == ([], [], [])
