"""S23: Health is live over the socket: who looks at it hears that something was tried, beside the numbered events."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from aiohttp.web import Response
from playwright.sync_api import Page, expect

from conversations import realtime, services
from tests.dashboard import Dashboard
from tests.doubles.receiver import Got
from tests.servers import Web
from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import is_ours, make_signed_endpoint, tell
from tests.world import World, signed_in
from tracking.leasing import HEALTH_CHANGED


def test_s23_admins_hear_of_tries_at_most_once_a_second_and_no_number_is_missed(
    web: Web, world: World, receiver, deliver
):
    acme = world.acme
    make_signed_endpoint(acme.tenant, receiver.url())
    with Dashboard(web) as admin, Dashboard(web) as agent, Dashboard(web) as stranger:
        head = admin.sign_in(acme.admin)["seq"]
        agent.sign_in(acme.agent)
        stranger.sign_in(world.globex.owner)
        for _ in range(4):
            tell(acme.tenant)
            deliver()
        rings = admin.events(2)
        services.post_reply(conversation=acme.conversation, by=acme.agent, text="On my way.")
        frames = []
        while sum("seq" in frame for frame in frames) < 2:
            frames += admin.events(1)
        rings += [frame for frame in frames if "seq" not in frame]
        assert all(set(ring) == {"type", "at", "data"} and ring["type"] == "tracking:health" for ring in rings)
        assert rings[0]["data"] == {}
        times = [datetime.fromisoformat(ring["at"]) for ring in rings]
        assert all(later - earlier > timedelta(seconds=0.9) for earlier, later in pairwise(times))
        assert [frame["seq"] for frame in frames if "seq" in frame] == [head + 1, head + 2]
        assert [frame["seq"] for frame in agent.events(2)] == [head + 1, head + 2]
        services.post_reply(conversation=world.globex.conversation, by=world.globex.agent, text="Hello.")
        assert "seq" in stranger.events(1)[0]


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/settings/widget?tab=tracking", "/settings/webhooks"])
def test_s23_open_pages_show_a_try_long_before_they_would_ask(web: Web, world: World, page: Page, path: str):
    endpoint = make_signed_endpoint(world.acme.tenant, "https://hooks.example.com/in")[0]
    make_signed_endpoint(world.acme.tenant, "https://other.example.com/in")
    cookie = signed_in(world.acme.admin).cookies["autochat_session"].value
    page.context.add_cookies([{"name": "autochat_session", "value": cookie, "url": web.url}])
    page.goto(web.url + path)
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
    unfolds = "tracking" in path
    if unfolds:
        page.locator("#checks-rest > summary").click()
    log_attempts(endpoint, status=503, failure="status", error="The server answered 503.")
    realtime.nudge(world.acme.tenant.pk, HEALTH_CHANGED)
    expect(page.locator("main")).to_contain_text("503", timeout=8000)
    if unfolds:
        expect(page.locator("#checks-rest .probes")).to_be_visible()


@pytest.mark.browser
def test_s24_a_check_pressed_in_two_tabs_runs_once_and_both_see_what_it_found(
    web: Web, world: World, page: Page, receiver, pool
):
    _, secret = make_signed_endpoint(world.acme.tenant, receiver.url())
    may_answer = threading.Event()

    async def answer(got: Got) -> Response:
        await asyncio.to_thread(may_answer.wait, 20)
        return Response(status=204 if is_ours(secret, got) else 401)

    receiver.answer = answer
    cookie = signed_in(world.acme.admin).cookies["autochat_session"].value
    page.context.add_cookies([{"name": "autochat_session", "value": cookie, "url": web.url}])
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{web.url}/settings/widget?tab=tracking")
        expect(tab.locator("#checks")).to_contain_text("Not checked yet")
    page.locator("#probe-all").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#checks li")).to_have_attribute("aria-busy", "true")
    with other.expect_response("**/health/probes"):
        other.locator("#probe-all").dispatch_event("click")
    for tab in (page, other):
        expect(tab.locator("#probe-all")).to_have_text("Checking…")
    expect(page.locator("#probe-all")).to_be_focused()
    pool()  # as a worker that hears the bell
    may_answer.set()
    for tab in (page, other):
        expect(tab.locator(".verdicts")).to_contain_text("Verifies signatures", timeout=8000)
        expect(tab.locator("#probe-all")).to_have_text("Check now")
    assert len(receiver.got) == 2
