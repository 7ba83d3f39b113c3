"""Trying an assistant out in a real browser: the playground, and a dialogue from writing to its result."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assistants.models import DialogueRun
from tests.assistants.businesses import ask_about
from tests.browser.look import Viewer
from tests.browser.test_pages import faults, viewers
from tests.servers import Running, Web, Worker
from tests.world import World

pytestmark = pytest.mark.browser


def _talk(page: Page) -> None:
    """Two turns by keyboard alone, with a greeting that nobody has saved."""
    page.get_by_role("textbox", name="Name").fill("Unsaved name")
    question = page.get_by_role("textbox", name="Ask as a visitor would")
    question.fill("when do you open?")
    question.press("Enter")
    log = page.get_by_role("log")
    expect(log.get_by_text("From nine.", exact=True)).to_be_visible()
    expect(question).to_have_value("")
    expect(question).to_be_focused()
    log.get_by_text("Why this answer").click()
    expect(log.get_by_text("Unsaved name, asked for by name")).to_be_visible()
    question.fill("I want to talk to a human")
    question.press("Enter")
    expect(log.get_by_text("Your team", exact=True)).to_be_visible()


def _look_at_playground(viewer: Viewer, web: Web, world: World) -> None:
    page = viewer.page
    page.goto(f"{web.url}/assistants/{world.acme.assistant.pk}")
    _talk(page)
    viewer.judge("playground")
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_text("Ask what a visitor would ask.")).to_be_visible()
    expect(page.get_by_role("log").get_by_text("From nine.")).to_have_count(0)


def test_d08_b07_an_assistant_is_tried_out_before_anybody_meets_it(
    web: Web, world: World, new_context: Callable[..., BrowserContext], start: Callable[[Running], Running]
) -> None:
    start(Worker())
    ask_about(world.acme.tenant, "When are you open?", "From nine.")
    looked = viewers(new_context, web, world.acme.admin)
    for viewer in looked:
        _look_at_playground(viewer, web, world)
    page = looked[-1].page
    page.once("dialog", lambda dialog: dialog.accept())  # what was typed above is let go of
    page.goto(f"{web.url}/assistants/{world.acme.assistant.pk}/dialogues/new")
    page.get_by_role("textbox", name="Name").fill("Opening hours")
    page.get_by_label("The visitor says").fill("When are you open?")
    page.get_by_label("Which words, tool or source").fill("from nine")
    page.get_by_role("button", name="Add a check").click()
    page.get_by_label("What is checked").nth(1).select_option("routes_to")
    page.get_by_label("Who should answer").nth(1).select_option(str(world.acme.assistant.pk))
    page.get_by_role("button", name="Add a turn").click()
    page.get_by_label("The visitor says").nth(1).fill("I want to talk to a human")
    page.get_by_label("What is checked").nth(2).select_option("held")
    looked[-1].judge("dialogue-written")
    page.get_by_role("button", name="Save and run").click()

    expect(page.get_by_text("Fails", exact=True)).to_be_visible()  # the page follows the worker by itself
    run = DialogueRun.objects.get()
    assert (run.state, run.passed, run.failed) == ("done", 0, 1)
    page.get_by_role("link", name="Opening hours").click()
    expect(page.get_by_text("It must contain “from nine”")).to_be_visible()
    looked[-1].judge("result-real")
    assert not faults(looked), "\n".join(faults(looked))
