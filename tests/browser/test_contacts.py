"""D18: contacts by keyboard and by mouse: found while typing, corrected before colleagues, merged after a question."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conversations.models import Contact
from tests.browser.test_tracking_builder import sign_in
from tests.factories import make_contact
from tests.servers import Web
from tests.waiting import wait_until
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def double(world: World) -> Contact:
    """The visitor of acme's conversation once more."""
    return make_contact(world.acme.tenant, name="V. Visitor", email="office@x.example", company="Visitor Ltd")


@pytest.fixture
def contacts(web: Web, world: World, page: Page, double: Contact) -> Page:
    """The list, before acme's manager."""
    sign_in(page.context, web, world.acme.manager)
    page.goto(f"{web.url}/contacts")
    return page


def rows(page: Page) -> list[str]:
    return page.locator("#contact-rows .row-link").all_inner_texts()


def test_d18_who_types_finds_and_goes_back_to_what_was_found(contacts: Page) -> None:
    contacts.keyboard.press("/")
    contacts.keyboard.type("office")
    expect(contacts.locator("#contact-rows .row-link")).to_have_count(1)
    assert rows(contacts) == ["V. Visitor"]
    expect(contacts.get_by_role("searchbox")).to_be_focused()
    contacts.keyboard.press("Tab")
    contacts.get_by_role("link", name="V. Visitor").press("Enter")
    expect(contacts.get_by_role("heading", level=1)).to_have_text("V. Visitor")
    contacts.go_back()
    expect(contacts.locator("#contact-rows .row-link")).to_have_text(["V. Visitor"])
    assert contacts.get_by_role("searchbox").input_value() == "office"


def test_d18_a_colleagues_inbox_shows_the_correction_at_once(
    web: Web, world: World, contacts: Page, new_context: Callable[..., BrowserContext]
) -> None:
    colleague = new_context().new_page()
    sign_in(colleague.context, web, world.acme.agent)
    colleague.goto(f"{web.url}/inbox/{world.acme.conversation.pk}")
    colleague.wait_for_selector("html[data-live-state=live]")
    contacts.get_by_role("link", name="Vera Visitor").click()
    contacts.get_by_label("Company").fill("Ferrer & Daughters")
    contacts.get_by_role("button", name="Save contact").click()
    expect(contacts.get_by_text("Vera Visitor is saved.")).to_be_visible()
    expect(colleague.locator("#contact")).to_contain_text("Ferrer & Daughters")


def test_d18_two_are_merged_once_somebody_has_said_yes(world: World, contacts: Page, double: Contact) -> None:
    contacts.get_by_role("link", name="Vera Visitor").click()
    contacts.get_by_role("link", name="Merge with another").click()
    contacts.get_by_role("searchbox").fill("ltd")
    contacts.get_by_role("link", name="V. Visitor").click()
    expect(contacts.get_by_role("radio", name="Visitor Ltd")).to_be_checked()
    contacts.get_by_role("radio", name=re.compile("office@")).check()
    contacts.get_by_role("button", name="Merge contacts").click()
    question = contacts.get_by_role("alertdialog")
    expect(question).to_contain_text("This can’t be undone.")
    expect(question.get_by_role("button", name="Not yet")).to_be_focused()
    contacts.keyboard.press("Escape")
    assert Contact.objects.get(pk=double.pk).merged_into is None
    contacts.get_by_role("button", name="Merge contacts").click()
    question.get_by_role("button", name="Merge contacts").click()
    expect(contacts.get_by_role("textbox", name="E-mail")).to_have_value("office@x.example")
    wait_until(lambda: Contact.objects.get(pk=double.pk).merged_into_id == world.acme.conversation.contact_id)
