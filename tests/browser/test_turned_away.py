"""What the team sees when visitors met no assistant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from assistants.models import Assistant
from tests.browser.test_pages import viewers
from tests.servers import Web
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.browser


def test_s13_whom_nobody_answered_is_in_sight_and_leads_to_the_cure(
    web: Web, world: World, new_context: Callable[..., BrowserContext]
) -> None:
    Assistant.objects.filter(tenant=world.acme.tenant).update(is_default=False, is_default_chat=False)
    for _ in range(2):
        refused = Visitor(web.url, world.acme.tenant).say("Is anybody there?")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "no_assistant")
    for viewer in viewers(new_context, web, world.acme.owner):
        page = viewer.page
        page.goto(f"{web.url}/inbox")
        expect(page.get_by_text("Nobody answered 2 visitors in the last 7 days")).to_be_visible()
        page.get_by_role("link", name="Choose who answers").click()
        expect(page).to_have_url(f"{web.url}/assistants/")
        expect(page.get_by_text("Nobody answered 2 visitors in the last 7 days")).to_be_visible()
