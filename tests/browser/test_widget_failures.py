"""What a visitor reads when a call fails, and that trying again works once the cause is gone (S5, S6, S25)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assistants.models import Assistant
from tenants.models import Plan
from tests.browser.conftest import OpenShop
from tests.browser.shop import answers, listen, open_chat, part, say, snippet_of, token_of
from tests.proxy import Proxy
from tests.redis_server import free_port
from tests.servers import Running, Web
from tests.world import World
from widgets.models import AllowedDomain, WidgetToken

pytestmark = pytest.mark.browser


@pytest.fixture
def network(web: Web) -> Iterator[Proxy]:
    """A stretch of network between a visitor and the API."""
    proxy = Proxy(web.port)
    yield proxy
    proxy.cut()


def test_s05_an_unreachable_api_url_is_named_and_can_be_tried_again(
    web: Web, world: World, page: Page, open_shop: OpenShop, network: Proxy
) -> None:
    network.cut()
    heard = listen(page)
    page.goto(open_shop(snippet_of(web, world.acme, apiUrl=network.url)).origin)
    open_chat(page)
    expect(part(page, "toast")).to_contain_text("The chat can’t be reached")
    expect(part(page, "retry")).to_have_text("Try again")
    address = f"{network.url}/api/widgets/{world.acme.tenant.pk}/config"
    assert any(f"GET {address} failed: no answer" in line and "Check apiUrl" in line for line in heard.ours)
    network.mend()
    part(page, "retry").click()
    expect(part(page, "toast")).to_have_count(0)
    say(page, "Back again")
    expect(answers(page)).to_have_count(1)
    assert heard.crashes == []


def test_s05_an_api_url_that_is_somebody_elses_is_named(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    elsewhere = open_shop("A page, no API")
    heard = listen(page)
    page.goto(open_shop(snippet_of(web, world.acme, apiUrl=elsewhere.origin)).origin)
    open_chat(page)
    expect(part(page, "toast")).to_contain_text("The chat can’t be reached")
    assert any(elsewhere.origin in line and "Check apiUrl" in line for line in heard.ours)
    assert heard.crashes == []


@contextmanager
def _revoked_token(world: World) -> Iterator[None]:
    tokens = WidgetToken.objects.for_tenant(world.acme.tenant)
    tokens.update(revoked_at=world.acme.conversation.started_at)
    yield
    tokens.update(revoked_at=None)


@contextmanager
def _unlisted_site(world: World) -> Iterator[None]:
    listed = AllowedDomain.objects.create(tenant=world.acme.tenant, domain="www.acme.com")
    yield
    listed.delete()


@contextmanager
def _used_up_plan(world: World) -> Iterator[None]:
    plan = Plan.objects.filter(pk=world.acme.tenant.plan_id)
    plan.update(conversations=0)
    yield
    plan.update(conversations=250)


@contextmanager
def _archived_assistant(world: World) -> Iterator[None]:
    assistant = Assistant.objects.filter(pk=world.acme.assistant.pk)
    assistant.update(active=False)
    yield
    assistant.update(active=True)


CAUSES = {
    "The chat is out of date": (_revoked_token, "failed: 401, token_revoked, request "),
    "The chat isn’t open on this site": (_unlisted_site, "failed: 403, domain_not_authorized, request "),
    "The chat is full for now": (_used_up_plan, "failed: 429, usage_limit_exceeded, request "),
    "The assistant can’t work right now": (_archived_assistant, "failed: assistant_misconfigured, request "),
}


def test_s06_each_cause_has_its_own_words_and_trying_again_sends_the_message(
    start: Callable[[Running], Running],
    world: World,
    new_context: Callable[..., BrowserContext],
    open_shop: OpenShop,
) -> None:
    web = Web(PORT=str(free_port()), RATE_LIMITS="on")
    start(web)
    shop = open_shop(snippet_of(web, world.acme))
    for words, (cause, line) in CAUSES.items():
        page = new_context().new_page()
        heard = listen(page)
        page.goto(shop.origin)
        open_chat(page)
        expect(part(page, "input")).to_be_visible()
        with cause(world):
            say(page, f"Does it work? {words}")
            expect(part(page, "toast")).to_contain_text(words)
            part(page, "retry").click()
            expect(part(page, "toast")).to_contain_text(words)  # it does not go away by being asked
        _send_again(page, words)
        address = f"{web.url}/api/widgets/{world.acme.tenant.pk}/chat"  # S25: what support asks for, in one line
        assert any(f"POST {address} {line}" in said for said in heard.ours), heard.ours
        assert heard.crashes == []
        page.close()


def test_s06_no_network_has_its_own_words(
    web: Web, world: World, page: Page, open_shop: OpenShop, network: Proxy
) -> None:
    page.goto(open_shop(snippet_of(web, world.acme, apiUrl=network.url)).origin)
    open_chat(page)
    expect(part(page, "input")).to_be_visible()
    network.cut()
    say(page, "Does it work? cut")
    expect(part(page, "toast")).to_contain_text("The chat can’t be reached")
    network.mend()
    _send_again(page, "cut")
    page.context.set_offline(True)
    say(page, "Does it work? offline")
    expect(part(page, "toast")).to_contain_text("You are offline")
    page.context.set_offline(False)
    _send_again(page, "offline", count=2)


def test_s02_a_token_that_was_taken_back_says_what_to_renew(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    row, token = token_of(world.acme)
    row.delete()
    heard = listen(page)
    page.goto(open_shop(snippet_of(web, world.acme, token=token)).origin)
    open_chat(page)
    expect(part(page, "toast")).to_contain_text("This chat needs to be renewed by the site’s owner.")
    assert any("token_revoked" in line and "/help#token_revoked" in line for line in heard.ours)


def test_p02_a_panel_that_does_not_load_says_so_and_loads_at_the_next_try(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    page.route("**/web-widget-panel.js*", lambda route: route.abort(), times=1)
    heard = listen(page)
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    part(page, "launcher").click()
    expect(part(page, "launcher-note")).to_have_text("The chat can’t be reached. Open it again to retry.")
    assert any("web-widget-panel.js" in line and "script-src" in line for line in heard.ours)
    open_chat(page)
    expect(part(page, "launcher-note")).to_be_hidden()


def _send_again(page: Page, words: str, count: int = 1) -> None:
    """Press “Try again”: the message goes out once, and is answered."""
    part(page, "retry").click()
    expect(answers(page)).to_have_count(count)
    expect(part(page, "toast")).to_have_count(0)
    sent = page.locator('[data-part="message"][data-author="visitor"]', has_text=f"Does it work? {words}")
    expect(sent).to_have_count(1)
