"""P3: the visitor says in the widget how the chat was, after its end or when they like."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from conversations import services
from conversations.models import Conversation, Rating
from tests.browser import axe
from tests.browser.conftest import OpenShop
from tests.browser.look import SHOTS
from tests.browser.shop import answers, listen, open_chat, part, say, snippet_of
from tests.servers import Web
from tests.waiting import wait_until
from tests.world import World

pytestmark = pytest.mark.browser


def conversation_of(world: World) -> Conversation:
    return (
        Conversation.objects.for_tenant(world.acme.tenant).exclude(pk=world.acme.conversation.pk).latest("started_at")
    )


def test_p03_when_a_chat_is_closed_the_visitor_is_asked_and_answers_from_the_keyboard(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    heard = listen(page)
    axe.bring(page)
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    open_chat(page)
    expect(part(page, "rate")).to_be_hidden()
    say(page, "Hello")
    expect(answers(page)).to_have_count(1)
    expect(part(page, "rating")).to_be_hidden()
    conversation = conversation_of(world)
    services.close_conversation(conversation=conversation, by=world.acme.owner)
    expect(part(page, "rating")).to_be_visible()
    page.evaluate("addEventListener('autochat.conversation_rated.v1', (event) => { window.rated = event.detail; })")
    part(page, "star-1").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(part(page, "star-4")).to_be_checked()
    part(page, "rating-comment").fill("Quick and kind")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        part(page, "panel").screenshot(path=SHOTS / f"widget-rating-{theme}.png")
        assert axe.violations(page, where="autochat-widget") == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(part(page, "rating")).to_have_text("Thank you for your rating.")
    assert list(Rating.objects.for_tenant(world.acme.tenant).values_list("conversation", "score", "comment")) == [
        (conversation.pk, 4, "Quick and kind")
    ]
    page.wait_for_function("window.rated?.data.score === 4")
    expect(part(page, "rate")).to_be_hidden()
    say(page, "One thing more")
    expect(part(page, "rating")).to_be_hidden()
    assert (heard.errors, heard.crashes) == ([], [])


def test_p03_an_open_chat_is_rated_from_the_header_and_a_failure_can_be_tried_again(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    open_chat(page)
    say(page, "Hello")
    expect(answers(page)).to_have_count(1)
    page.reload()
    open_chat(page)
    part(page, "rate").click()
    expect(part(page, "star-1")).to_be_focused()
    part(page, "rating-close").click()
    expect(part(page, "rating")).to_be_hidden()
    part(page, "rate").click()
    page.route("**/rating", lambda route: route.abort())
    part(page, "star-2").check()
    part(page, "rating-send").click()
    expect(part(page, "rating")).to_contain_text("Your rating couldn’t be sent")
    page.unroute("**/rating")
    part(page, "rating-send").click()
    expect(part(page, "rating")).to_have_text("Thank you for your rating.")
    wait_until(Rating.objects.filter(score=2, comment="").exists, what="it is stored")
