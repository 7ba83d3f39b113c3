"""Three hundred hostile outputs in front of a visitor and a colleague: nothing runs, nothing leaves (R3, S14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assistants.providers.replies import clean_text
from conversations import transcript
from conversations.models import Conversation, Message
from tests.browser.conftest import OpenShop
from tests.browser.shop import answers, listen, open_chat, part, say, snippet_of
from tests.doubles.hostile_outputs import EVIL, all_of_them
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Web
from tests.visitor import Visitor, connect_model
from tests.world import World, signed_in

pytestmark = pytest.mark.browser

CANARY = "globalThis.hacked = () => { globalThis.wasHacked = true; };"
SCHEMES = ["https:", "mailto:", "tel:"]
FOREIGN = "script, img, iframe, object, embed, video, style, link, base, meta, form, input, [onclick], [style]"


@pytest.fixture
def gone_out(page: Page) -> Iterator[list[str]]:
    """The requests that went to anybody but us and the shop; there must be none."""
    gone: list[str] = []
    ours = ("http://127.0.0.1:", "http://localhost:")
    page.context.on("request", lambda one: None if one.url.startswith(ours) else gone.append(one.url))
    page.context.add_init_script(CANARY)
    yield gone
    assert [url for url in gone if not url.startswith(("data:", "blob:"))] == []


@pytest.fixture
def shop(web: Web, world: World, open_shop: OpenShop) -> str:
    """Acme's shop."""
    return open_shop(snippet_of(web, world.acme)).origin


def texts() -> list[str]:
    """What of the outputs a visitor gets to see: the whole of it where it is short."""
    cleaned = (clean_text(hostile.text) for hostile in all_of_them() if hostile.text)
    return [text for text in cleaned if text]


def store(conversation: Conversation, bodies: list[str]) -> None:
    """Put them into a conversation as what its assistant said, with sources that are no better."""
    began = timezone.now() - timedelta(hours=1)
    source = [
        {"title": "<b onclick=hacked()>Terms</b>", "url": "javascript:hacked()"},
        {"title": EVIL, "url": f"//{EVIL}"},
    ]
    Message.objects.bulk_create(
        Message(
            tenant=conversation.tenant,
            conversation=conversation,
            author=Message.Author.ASSISTANT,
            author_name="Ann",
            body=body,
            sources=source,
            created_at=began + timedelta(seconds=number),
        )
        for number, body in enumerate(bodies)
    )


def judge(page: Page, inside: str) -> list[str]:
    """What the addresses inside lead to, after a look for whatever shouldn't be there."""
    found: dict[str, Any] = page.locator(inside).first.evaluate(
        """async (one, foreign) => {
            const root = one.closest("[data-part=log]") ?? one.parentElement;
            for (const each of root.querySelectorAll("details, [tabindex], a")) each.focus?.();
            await new Promise((resolve) => setTimeout(resolve, 100));
            const bubbles = [...root.querySelectorAll(".bubble, .msg-under, .sources")];
            const inside = (kind) => bubbles.flatMap((bubble) => [...bubble.querySelectorAll(kind)]);
            return {
                hacked: globalThis.wasHacked === true,
                foreign: inside(foreign).map((each) => each.outerHTML),
                schemes: [...new Set(inside("a").map((each) => each.protocol))],
            };
        }""",
        FOREIGN,
    )
    assert found["hacked"] is False
    assert found["foreign"] == []
    schemes: list[str] = found["schemes"]
    return schemes


def test_r03_no_hostile_output_runs_or_leaves_in_widget_and_dashboard(
    web: Web, world: World, page: Page, shop: str, gone_out: list[str]
) -> None:
    session = signed_in(world.acme.agent).cookies["autochat_session"].value
    page.context.add_cookies([{"name": "autochat_session", "value": session, "url": web.url}])
    heard = listen(page)
    page.goto(shop)
    at_once = transcript.WINDOW - 3  # what the dashboard shows, less how the conversation begins
    for first in range(0, len(texts()), at_once):
        bodies = texts()[first : first + at_once]
        visitor = Visitor(web.url, world.acme.tenant)
        conversation = Conversation.objects.get(pk=visitor.say("Hello").json()["conversationId"])
        store(conversation, bodies)
        saved = {"sessionId": visitor.session, "conversationId": str(conversation.pk)}
        key = f"autochat:{world.acme.tenant.pk}"
        page.evaluate("([key, saved]) => localStorage.setItem(key, JSON.stringify(saved))", [key, saved])
        page.reload()
        open_chat(page)
        expect(answers(page)).to_have_count(len(bodies) + 1)
        assert set(judge(page, '[data-part="message"]')) <= set(SCHEMES)

        inbox = page.context.new_page()
        complaints = listen(inbox)
        inbox.goto(web.url + reverse("conversations:conversation", args=[conversation.pk]))
        expect(inbox.locator('.msg[data-author="assistant"]')).to_have_count(len(bodies) + 1)
        assert set(judge(inbox, ".msg")) <= set(SCHEMES)
        assert complaints.crashes == []
        assert [line for line in complaints.errors if line.startswith("policy:")] == []
        inbox.close()
    assert (heard.errors, heard.crashes, gone_out) == ([], [], [])


def test_r03_no_hostile_output_runs_or_leaves_while_it_is_being_made(
    page: Page, shop: str, world: World, openai_double: OpenAIDouble, gone_out: list[str]
) -> None:
    connect_model(world.acme.assistant, openai_double.url)
    short = [text for text in texts() if len(text) < 200]
    said = "\n\n".join(short)[:15_000]
    openai_double.script(Behaviour(pieces=tuple(said[at : at + 23] for at in range(0, len(said), 23)), pause=0.001))
    heard = listen(page)
    page.goto(shop)
    open_chat(page)
    say(page, "Tell me everything")
    expect(part(page, "stop")).to_be_visible()
    expect(part(page, "stop")).to_be_hidden(timeout=20_000)
    expect(answers(page)).to_have_count(1)
    assert set(judge(page, '[data-part="message"]')) <= set(SCHEMES)
    assert (heard.errors, heard.crashes, gone_out) == ([], [], [])
