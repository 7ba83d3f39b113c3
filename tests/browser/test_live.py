"""Two dashboards and a visitor's page, in real browsers, over a network that is cut: S9, S10, B3, P4."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conversations.models import Conversation
from tenants.models import Membership
from tests.doubles.openai_server import OpenAIDouble
from tests.host_page import HostPage
from tests.proxy import Proxy
from tests.redis_server import free_port
from tests.servers import Running, Web
from tests.visitor import connect_model
from tests.waiting import wait_until
from tests.world import World, signed_in
from widgets import embed, tokens

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]
STRICT = "default-src 'none'; script-src {app} 'unsafe-inline'; connect-src {app}"


@pytest.fixture
def network(start: Callable[[Running], Running]) -> Iterator[Proxy]:
    """A server whose dashboards reach it over a stretch of network that can be cut."""
    port, near = free_port(), free_port()
    start(Web(PORT=str(port), PUBLIC_URL=f"http://127.0.0.1:{near}"))
    proxy = Proxy(port, near)
    yield proxy
    proxy.cut()


@pytest.fixture
def host_page(network: Proxy, world: World) -> Iterator[HostPage]:
    """Acme's shop: another origin, a strict policy, the very snippet from the Install tab, its API straight at hand."""
    token = tokens.issue(tenant=world.acme.tenant, label="Shop")[1]
    app = f"http://127.0.0.1:{network.target}"
    snippet = embed.snippet(base_url=app, tenant_id=world.acme.tenant.pk, token=token)
    page = HostPage(snippet, csp=STRICT.format(app=app))
    yield page
    page.close()


def open_dashboard(new_context: NewContext, network: Proxy, who: Membership, path: str = "/inbox") -> Page:
    """A browser of this member's own, looking at the inbox."""
    context = new_context()
    session = signed_in(who).cookies["autochat_session"].value
    context.add_cookies([{"name": "autochat_session", "value": session, "url": network.url}])
    page = context.new_page()
    page.goto(network.url + path)
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
    return page


def said_in_widget(page: Page) -> list[str]:
    """The visitor's transcript: what visitor, assistant and people said."""
    rows = page.locator('[data-part="message"]:not([data-author="system"]):not([data-author="notice"]) .bubble')
    return [text.strip() for text in rows.all_inner_texts()]


def said_in_dashboard(page: Page) -> list[str]:
    """The same transcript as a teammate sees it."""
    rows = page.locator("[data-message-id] .bubble")
    return [text.strip() for text in rows.all_inner_texts()]


def send_from_widget(page: Page, text: str) -> None:
    page.locator('[data-part="input"]').fill(text)
    page.locator('[data-part="send"]').click()


def send_from_dashboard(page: Page, text: str) -> None:
    page.locator("#composer textarea[name=message]").fill(text)
    page.locator("#composer").get_by_role("button", name="Send reply").click()


def talk_through_a_cut(network: Proxy, visitor: Page, conversation: Conversation, dashboards: list[Page]) -> None:
    """The dashboards' network is gone for ten seconds, in which the visitor says three things."""
    network.cut()
    expect(dashboards[0].locator("#live-state")).not_to_have_attribute("data-state", "live")
    for number in range(3):
        send_from_widget(visitor, f"Said while you were away {number}")
        wait_until(lambda n=number: conversation.messages.filter(author="visitor").count() == n + 2)  # type: ignore[misc]
    visitor.wait_for_timeout(9_000)
    network.mend()
    for dashboard in dashboards:
        expect(dashboard.locator("#live-state")).to_have_attribute("data-state", "live", timeout=20_000)


def test_b03_two_dashboards_and_a_visitor_end_with_the_same_transcript(
    world: World, openai_double: OpenAIDouble, new_context: NewContext, network: Proxy, host_page: HostPage
) -> None:
    connect_model(world.acme.assistant, openai_double.url)
    owner = open_dashboard(new_context, network, world.acme.owner)
    agent = open_dashboard(new_context, network, world.acme.agent)
    visitor = new_context().new_page()
    problems: list[str] = []
    visitor.on("pageerror", lambda error: problems.append(str(error)))
    visitor.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    visitor.goto(host_page.origin)
    visitor.locator('[data-part="launcher"]').click()
    send_from_widget(visitor, "Is the blue one in stock?")
    expect(visitor.locator('[data-author="assistant"]')).to_contain_text("You said: Is the blue one in stock?")

    conversation = wait_until(
        lambda: (
            Conversation.objects.exclude(pk__in=[world.acme.conversation.pk]).filter(tenant=world.acme.tenant).first()
        )
    )
    for dashboard in (owner, agent):  # it appears with no reload
        row = dashboard.locator(f'[data-conversation-id="{conversation.pk}"] a')
        expect(row).to_be_visible()
        row.click()
        expect(dashboard.locator("[data-message-id] .bubble").first).to_have_text("Is the blue one in stock?")
        expect(dashboard.locator("#live-state")).to_have_attribute("data-state", "live")

    send_from_dashboard(agent, "A person here: yes, two of them.")
    expect(visitor.locator('[data-author="agent"]')).to_contain_text("two of them", timeout=1_000)

    talk_through_a_cut(network, visitor, conversation, [owner, agent])
    send_from_dashboard(owner, "Back again, and sorry.")
    expect(visitor.locator('[data-author="agent"]')).to_have_count(2)

    expected = [m.body for m in conversation.messages.exclude(author="system").order_by("created_at", "id")]
    assert len(expected) == 7
    wait_until(lambda: said_in_widget(visitor) == expected, what="the visitor sees all of it")
    wait_until(lambda: said_in_dashboard(owner) == expected, what="the owner sees all of it")
    wait_until(lambda: said_in_dashboard(agent) == expected, what="the agent sees all of it")
    visitor.reload()
    wait_until(lambda: said_in_widget(visitor) == expected, what="it is all there after a reload")
    assert problems == []


def test_p04_giving_back_in_the_inbox_lets_the_assistant_answer_the_widget(
    world: World, openai_double: OpenAIDouble, new_context: NewContext, network: Proxy, host_page: HostPage
) -> None:
    connect_model(world.acme.assistant, openai_double.url)
    visitor = new_context().new_page()
    visitor.goto(host_page.origin)
    visitor.locator('[data-part="launcher"]').click()
    send_from_widget(visitor, "First")
    expect(visitor.locator('[data-author="assistant"]')).to_have_count(1)
    conversation = Conversation.objects.filter(tenant=world.acme.tenant).exclude(pk=world.acme.conversation.pk).get()
    owner = open_dashboard(new_context, network, world.acme.owner, f"/inbox/{conversation.pk}")
    send_from_dashboard(owner, "I take this one")
    expect(visitor.locator('[data-author="agent"]')).to_have_count(1)
    send_from_widget(visitor, "Second")
    expect(owner.locator("[data-message-id] .bubble").last).to_have_text("Second")
    expect(visitor.locator('[data-author="assistant"]')).to_have_count(1)
    owner.get_by_role("button", name="Give back").click()
    wait_until(lambda: not Conversation.objects.get(pk=conversation.pk).ai_paused)
    send_from_widget(visitor, "Third")
    expect(visitor.locator('[data-author="assistant"]')).to_have_count(2)


def test_p03_a_visitor_and_a_colleague_see_that_somebody_writes(
    world: World, new_context: NewContext, network: Proxy, host_page: HostPage
) -> None:
    visitor = new_context().new_page()
    visitor.goto(host_page.origin)
    visitor.locator('[data-part="launcher"]').click()
    send_from_widget(visitor, "Is anybody there?")
    conversation = wait_until(
        lambda: Conversation.objects.filter(tenant=world.acme.tenant).exclude(pk=world.acme.conversation.pk).first()
    )
    owner = open_dashboard(new_context, network, world.acme.owner, f"/inbox/{conversation.pk}")
    agent = open_dashboard(new_context, network, world.acme.agent, f"/inbox/{conversation.pk}")
    send_from_dashboard(agent, "I am here.")
    expect(visitor.locator('[data-author="agent"]')).to_have_count(1)  # it follows the conversation by now
    agent.locator("#composer textarea[name=message]").press_sequentially("One moment, I look for it.", delay=200)
    expect(owner.locator("#composer-writing")).to_have_text(f"{world.acme.agent.user.get_full_name()} is writing…")
    expect(visitor.locator('[data-part="typing"]')).to_be_visible()
    expect(agent.locator("#composer-writing")).to_be_empty()
    agent.locator("#composer").get_by_role("button", name="Send reply").click()
    expect(owner.locator("#composer-writing")).to_be_empty()
    expect(visitor.locator('[data-part="typing"]')).to_be_hidden()
