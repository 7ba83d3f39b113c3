"""What visitors do in the widget: introduce themselves, come back, use the keyboard and a phone (D2, D3, P6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from conversations.models import Contact, Conversation, Message
from tests.browser.conftest import OpenShop
from tests.browser.shop import answers, listen, open_chat, part, say, snippet_of
from tests.servers import Web
from tests.waiting import wait_until
from tests.world import World
from widgets.models import WidgetSettings

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]


def test_d02_name_and_email_come_first_and_make_one_contact(
    web: Web, world: World, new_context: NewContext, open_shop: OpenShop
) -> None:
    WidgetSettings.objects.create(tenant=world.acme.tenant, prechat_required=["name", "email"])
    shop = open_shop(snippet_of(web, world.acme))
    first = new_context().new_page()
    first.goto(shop.origin)
    open_chat(first)
    expect(part(first, "composer")).to_be_hidden()
    part(first, "start").click()
    expect(part(first, "error-name")).to_have_text("Please tell us your name")
    _introduce(first, "Vera Visitor", "vera@shoes")
    expect(part(first, "error-email")).to_contain_text("The part after the @ looks unfinished")
    part(first, "field-email").fill("Vera@Shoes.example")
    part(first, "field-email").press("Enter")
    expect(part(first, "input")).to_be_focused()
    say(first, "Hello, I am Vera")
    expect(answers(first)).to_have_count(1)

    other_device = new_context().new_page()
    other_device.goto(shop.origin)
    open_chat(other_device)
    _introduce(other_device, "Vera V.", "vera@shoes.example")
    say(other_device, "Vera again, from my phone")
    expect(answers(other_device)).to_have_count(1)

    contact = Contact.objects.for_tenant(world.acme.tenant).get(email="vera@shoes.example")
    assert contact.name == "Vera Visitor"
    assert Conversation.objects.for_tenant(world.acme.tenant).filter(contact=contact).count() == 2
    first.reload()
    expect(part(first, "input")).to_have_count(1)  # nobody is asked twice
    expect(part(first, "prechat")).to_be_hidden()


def test_d03_reload_and_second_tab_resume_the_same_conversation(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    shop = open_shop(snippet_of(web, world.acme))
    page.goto(shop.origin)
    open_chat(page)
    say(page, "The first thing")
    expect(answers(page)).to_have_count(1)
    page.reload()
    open_chat(page)
    expect(_own(page)).to_have_text(["The first thing"])
    expect(answers(page)).to_have_count(1)

    tab = page.context.new_page()
    tab.goto(shop.origin)
    open_chat(tab)
    expect(_own(tab)).to_have_text(["The first thing"])
    say(tab, "The second thing")
    expect(answers(tab)).to_have_count(2)
    expect(_own(page)).to_have_text(["The first thing", "The second thing"])
    expect(answers(page)).to_have_count(2)
    said = Message.objects.for_tenant(world.acme.tenant).filter(body__contains="thing", author="visitor")
    assert said.count() == 2
    assert said.values("conversation").distinct().count() == 1


def test_p06_everything_works_from_the_keyboard(web: Web, world: World, page: Page, open_shop: OpenShop) -> None:
    heard = listen(page)
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    page.evaluate("addEventListener('keydown', (event) => (globalThis.heard = event.key))")
    page.keyboard.press("Tab")
    expect(part(page, "launcher")).to_be_focused()
    page.keyboard.press("Enter")
    expect(part(page, "input")).to_be_focused()
    page.evaluate("globalThis.heard = ''")
    page.keyboard.type("One line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and another")
    expect(part(page, "input")).to_have_value("One line\nand another")
    page.keyboard.press("Enter")
    expect(answers(page)).to_have_count(1)
    expect(part(page, "input")).to_have_value("")
    assert _own(page).inner_text().strip() == "One line\nand another"
    assert page.evaluate("globalThis.heard") == ""  # the shop's shortcuts don't hear what is typed here
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(part(page, "close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(part(page, "panel")).to_be_hidden()
    expect(part(page, "launcher")).to_be_focused()
    expect(part(page, "launcher")).to_have_attribute("aria-expanded", "false")
    assert (heard.errors, heard.crashes) == ([], [])


def test_p06_on_a_phone_the_panel_fills_the_screen_and_keeps_the_focus(
    web: Web, world: World, new_context: NewContext, open_shop: OpenShop
) -> None:
    page = new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    page.goto(open_shop('<meta name="viewport" content="width=device-width">' + snippet_of(web, world.acme)).origin)
    part(page, "launcher").tap()
    expect(part(page, "panel")).to_have_attribute("aria-modal", "true")
    whole = {"x": 0, "y": 0, "width": 360, "height": 740}
    wait_until(lambda: part(page, "panel").bounding_box() == whole, what="the panel fills the screen")
    part(page, "input").fill("Written with a thumb")
    part(page, "send").tap()
    expect(answers(page)).to_have_count(1)
    for _ in range(6):  # round and round, never out into the page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "autochat-widget"
    part(page, "close").tap()
    expect(part(page, "panel")).to_be_hidden()


def test_p06_the_panel_says_who_and_what_it_is(web: Web, world: World, page: Page, open_shop: OpenShop) -> None:
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    expect(page.get_by_role("button", name="Open chat")).to_have_attribute("aria-haspopup", "dialog")
    open_chat(page)
    dialog = page.get_by_role("dialog", name="Chat with Acme")
    expect(dialog.get_by_role("log", name="Messages")).to_be_attached()
    expect(dialog.get_by_role("textbox", name="Write a message")).to_be_visible()
    part(page, "input").fill("x" * 4001)
    expect(part(page, "counter")).to_have_text("1 over the limit of 4000 characters")
    expect(part(page, "send")).to_be_disabled()


def _introduce(page: Page, name: str, email: str) -> None:
    part(page, "field-name").fill(name)
    part(page, "field-email").fill(email)
    part(page, "start").click()


def _own(page: Page) -> Locator:
    """What the visitor said."""
    return page.locator('[data-part="message"][data-author="visitor"] .bubble')
