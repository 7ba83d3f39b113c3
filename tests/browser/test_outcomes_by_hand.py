"""S21: somebody who sets outcomes with the keyboard goes on where they were, and hears what happened."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from conversations import services
from tests.browser.test_tracking_builder import sign_in
from tests.servers import Web
from tests.world import World
from tracking.models import EventType

pytestmark = pytest.mark.browser


BY_HAND = [
    EventType.LEAD_QUALIFIED,
    EventType.APPOINTMENT_REQUESTED,
    EventType.QUOTE_REQUESTED,
    EventType.HANDOFF_REQUESTED,
]


@pytest.fixture
def inbox(web: Web, world: World, page: Page) -> Page:
    """Acme's conversation, open before its agent."""
    sign_in(page.context, web, world.acme.agent)
    services.mark_read(conversation=world.acme.conversation)
    page.goto(f"{web.url}/inbox/{world.acme.conversation.pk}")
    page.wait_for_selector("html[data-live-state=live]")
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until nothing is asked for and nothing being put in."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def is_asked_anew(response: Response) -> bool:
    return response.request.method == "GET" and response.url.endswith("/outcomes")


def test_s21_the_focus_stays_where_outcomes_are_set(inbox: Page) -> None:
    opener, left = inbox.get_by_role("button", name="Set an outcome"), list(BY_HAND)
    for kind in BY_HAND:
        opener.focus()
        inbox.keyboard.press("Enter")
        inbox.keyboard.press("ArrowDown")
        expect(inbox.get_by_role("button", name=left[0].label, exact=True)).to_be_focused()
        with inbox.expect_response(is_asked_anew):  # for what was set comes back over the socket
            inbox.keyboard.press("Enter")
        settled(inbox)
        expect(inbox.locator("#outcomes .badge").filter(has_text=kind.label)).to_be_visible()
        expect(inbox.get_by_role("status").filter(has_text=f"“{kind.label}” is set.")).to_be_visible()
        left.remove(kind)
        expect(opener if left else inbox.get_by_role("heading", name="Outcomes")).to_be_focused()


def test_s21_the_menu_of_outcomes_stays_while_the_conversation_goes_on(inbox: Page, world: World) -> None:
    inbox.get_by_role("button", name="Set an outcome").click()
    choice = inbox.get_by_role("button", name="Quote requested")
    expect(choice).to_be_visible()
    services.assign(conversation=world.acme.conversation, to=world.acme.agent.user)
    inbox.wait_for_timeout(1000)  # ms in which the pane would have been drawn anew
    expect(choice).to_be_visible()
    inbox.keyboard.press("Escape")
    expect(inbox.locator("#contact-more")).to_contain_text("You")  # it was only put off
