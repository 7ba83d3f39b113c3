"""An answer in the widget while it is being made: it grows, can be stopped, and goes on after a reload (P1)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from conversations.models import Conversation
from tests.assistants.businesses import ask_about
from tests.browser.conftest import OpenShop
from tests.browser.shop import answers, listen, open_chat, part, say, snippet_of
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Web
from tests.visitor import connect_model
from tests.world import World, signed_in

pytestmark = pytest.mark.browser

BEGUN = ("**Opening", " hours**\n\n- Monday", " at nine\n- Sunday", " never\n\nSee", " [all")
HOURS, HOURS_URL = "When are you open?", "https://shop.example/hours"
REST = (" prices](https://shop.example/prices)", " and <b>come</b>", " in!")


@pytest.fixture
def shop(web: Web, world: World, openai_double: OpenAIDouble, open_shop: OpenShop) -> str:
    """Acme's shop, whose assistant speaks through the model's double."""
    connect_model(world.acme.assistant, openai_double.url)
    return open_shop(snippet_of(web, world.acme)).origin


def growing(page: Page) -> Locator:
    """The answer that is still being made."""
    return page.locator("[data-partial]")


def test_p01_an_answer_grows_before_the_visitors_eyes_and_goes_on_after_a_reload(
    page: Page, shop: str, openai_double: OpenAIDouble
) -> None:
    heard = listen(page)
    openai_double.script(Behaviour(pieces=BEGUN + REST, pauses_after=len(BEGUN)))
    page.goto(shop)
    open_chat(page)
    say(page, "When?")
    expect(growing(page).locator("li")).to_have_text(["Monday at nine", "Sunday never"])
    expect(growing(page).locator("strong")).to_have_text("Opening hours")
    expect(growing(page)).to_have_attribute("aria-busy", "true")
    expect(growing(page)).to_have_attribute("aria-live", "off")
    expect(part(page, "typing")).to_be_hidden()
    expect(part(page, "stop")).to_be_visible()
    assert growing(page).locator("a").count() == 0  # half a link leads nowhere

    page.reload()
    open_chat(page)
    expect(growing(page).locator("li")).to_have_count(2)
    openai_double.go_on.set()
    expect(answers(page).locator("a")).to_have_attribute("href", "https://shop.example/prices")
    expect(growing(page)).to_have_count(0)
    expect(answers(page)).to_have_count(1)
    expect(answers(page)).to_contain_text("and <b>come</b> in!")
    expect(answers(page)).not_to_have_attribute("aria-busy", "true")
    expect(part(page, "stop")).to_be_hidden()
    expect(part(page, "retry")).to_be_hidden()
    assert len(openai_double.calls) == 1
    assert (heard.errors, heard.crashes) == ([], [])


def test_p01_a_stopped_answer_is_the_same_in_the_widget_after_a_reload_and_on_the_dashboard(
    page: Page, shop: str, web: Web, world: World, openai_double: OpenAIDouble
) -> None:
    openai_double.script(Behaviour(pieces=("We open at nine", " and close", " at", " five."), pauses_after=2))
    ask_about(world.acme.tenant, HOURS, "We open at nine and close at five.", url=HOURS_URL)
    page.goto(shop)
    open_chat(page)
    say(page, "When do you open?")
    expect(growing(page)).to_contain_text("We open at nine")
    part(page, "stop").click()
    expect(part(page, "stopped")).to_have_text("Stopped")
    expect(part(page, "stop")).to_be_hidden()
    expect(part(page, "input")).to_be_focused()
    said = answers(page).locator(".bubble").inner_text()
    assert said.startswith("We open at nine")
    assert "five" not in said
    expect(answers(page).locator('[data-part="sources"] a')).to_contain_text(HOURS)

    page.reload()
    open_chat(page)
    expect(answers(page).locator(".bubble")).to_have_text(said)
    expect(part(page, "stopped")).to_be_visible()
    conversation = Conversation.objects.for_tenant(world.acme.tenant).latest("started_at")
    session = signed_in(world.acme.agent).cookies["autochat_session"].value
    page.context.add_cookies([{"name": "autochat_session", "value": session, "url": web.url}])
    inbox = page.context.new_page()
    inbox.goto(web.url + reverse("conversations:conversation", args=[conversation.pk]))
    line = inbox.locator('.msg[data-author="assistant"]')
    expect(line.locator(".msg-text")).to_have_text(said)
    expect(line).to_contain_text("Stopped by the visitor")
    expect(line.locator(".msg-under a")).to_have_attribute("href", HOURS_URL)
    say(page, "And now?")
    expect(answers(page).nth(1)).to_contain_text("You said: And now?")


def test_p01_who_reads_further_up_is_left_there_while_an_answer_grows(
    page: Page, shop: str, openai_double: OpenAIDouble
) -> None:
    lines = tuple(f"Line {number} of a long answer.\n\n" for number in range(60))
    openai_double.script(Behaviour(pieces=lines, pauses_after=40))
    page.goto(shop)
    open_chat(page)
    say(page, "Tell me all")
    expect(growing(page)).to_contain_text("Line 38")
    log = part(page, "log")
    below = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight"
    assert log.evaluate(below) < 80
    log.hover()
    page.mouse.wheel(0, -600)
    page.wait_for_function(
        "(log) => log.scrollHeight - log.scrollTop - log.clientHeight > 300", arg=log.element_handle()
    )
    at = log.evaluate("(log) => log.scrollTop")
    openai_double.go_on.set()
    expect(answers(page)).to_contain_text("Line 59")
    assert log.evaluate("(log) => log.scrollTop") == at
