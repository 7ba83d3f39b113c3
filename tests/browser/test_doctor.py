"""B9 in a browser: what only a browser can try, what is copied, the box for a page, and how all of it looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute, expect

from autochat.tasks import ALIVE
from tenants.models import Role
from tests import factories
from tests.browser.test_pages import View
from tests.browser.test_pages import view as view  # noqa: PLC0414  (a fixture)
from tests.doubles.site import Site
from tests.doubles.site import page as site_page
from tests.servers import Web
from tests.visitor import Visitor
from tests.waiting import wait_until
from tests.world import Membership, World, signed_in
from widgets import embed, tokens
from widgets.models import AllowedDomain, FailedCalls

pytestmark = pytest.mark.browser
PAGE = "/settings/doctor"
LOADED = {"sessionId": "s", "event": "widget_loaded", "timestamp": "2026-11-01T00:00:00Z"}


@pytest.fixture(autouse=True)
def _a_worker_has_worked(web: Web) -> None:
    cache.set(ALIVE, value=True, timeout=60)


def enter(page: Page, web: Web, who: Membership, *, base: str = "") -> Page:
    cookie = signed_in(who).cookies["autochat_session"].value
    base = base or web.url
    page.context.add_cookies([{"name": "autochat_session", "value": cookie, "url": base}])
    page.goto(base + PAGE)
    return page


def trouble(web: Web, world: World) -> None:
    """Some of what goes wrong at Acme, through its own doors."""
    acme = world.acme
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.example")
    fine = Visitor(web.url, acme.tenant, headers={"Origin": "https://www.acme.example"})
    assert fine.post("track", LOADED).status_code == 200
    assert fine.post("chat", {"sessionId": ""}).status_code == 400
    for _ in range(3):
        shut_out = Visitor(web.url, acme.tenant, fine.token, headers={"Origin": "https://hire.narrowways.example"})
        assert shut_out.say().status_code == 403
    wait_until(lambda: FailedCalls.objects.count() == 2)


def done(page: Page) -> None:
    """Wait until the browser has tried all that it can."""
    expect(page.locator("#live")).to_be_hidden()


def test_b09_how_the_doctor_looks(web: Web, world: World, view: View) -> None:
    trouble(web, world)
    viewer = view(world.acme.owner)
    viewer.page.goto(web.url + PAGE)
    done(viewer.page)
    viewer.page.locator("summary").first.click()
    viewer.page.locator("#passed-summary").click()
    viewer.page.locator("#report-summary").click()
    viewer.judge("doctor")
    assert not viewer.faults, "\n".join(viewer.faults)


def test_b09_how_it_looks_to_somebody_new_and_to_an_agent(web: Web, world: World, view: View) -> None:
    newcomer = factories.make_member(factories.make_tenant("Initech"), Role.OWNER)
    for name, who in {"empty-doctor": newcomer, "doctor-of-agent": world.acme.agent}.items():
        viewer = view(who)
        viewer.page.goto(web.url + PAGE)
        done(viewer.page)
        viewer.judge(name)
        assert not viewer.faults, "\n".join(viewer.faults)


def test_b09_how_it_looks_when_nothing_is_wrong(web: Web, world: World, view: View) -> None:
    acme = world.acme
    assert Visitor(web.url, acme.tenant, headers={"Origin": "https://www.acme.example"}).post("track", LOADED)
    viewer = view(acme.owner)
    viewer.page.goto(web.url + PAGE)
    expect(viewer.page.get_by_text("Every check that could be made passed.")).to_be_visible()
    viewer.judge("doctor-well")
    assert not viewer.faults, "\n".join(viewer.faults)


def test_b09_s10_the_browser_tries_script_call_socket_parts_and_presets(web: Web, world: World, page: Page) -> None:
    tokens.issue(tenant=world.acme.tenant, label="Website")
    enter(page, web, world.acme.owner)
    done(page)
    page.locator("#passed-summary").click()
    for words in (
        "The widget’s script loads, module and classic",
        "The widget’s calls are answered",
        "The live connection opens and signs in",
        "Database, cache, queue and worker answer",
        "The preset registry answers",
    ):
        expect(page.locator("#passed").get_by_text(words)).to_be_visible()
    assert not FailedCalls.objects.exists()


def test_b09_s10_a_page_under_another_name_hears_nothing_and_is_told_so(web: Web, world: World, page: Page) -> None:
    elsewhere = web.url.replace("127.0.0.1", "localhost")
    enter(page, web, world.acme.owner, base=elsewhere)
    found = page.locator(".finding", has_text="New messages appear only after a reload")
    expect(found).to_contain_text(f"You have opened the dashboard at {elsewhere}")
    expect(found).to_contain_text(f"Open it at {web.url}")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda line: None, "nothing came over it"),  # as something on the way that holds frames back
        (lambda line: line.on_message(lambda _: line.close(code=1011)), "It was closed with 1011"),
    ],
)
def test_b09_s10_a_connection_that_opens_and_is_of_no_use(
    web: Web, world: World, page: Page, act: Callable[[WebSocketRoute], None], words: str
) -> None:
    page.route_web_socket("**/api/ws/tenant", act)
    enter(page, web, world.acme.agent)
    expect(page.locator(".finding", has_text="New messages appear only after a reload")).to_contain_text(words)


def test_b09_s19_parts_and_registry_that_fail_are_named_and_are_in_the_report(
    web: Web, world: World, page: Page
) -> None:
    def refuse(route: Route) -> None:
        body = '{"success": false, "error": {"code": "server_error"}}'
        route.fulfill(status=500, content_type="application/json", body=body, headers={"X-Request-ID": "seen-by-me-1"})

    cache.delete(ALIVE)
    page.route("**/api/tracking/presets", refuse)
    page.route("**/web-widget.js", lambda route: route.abort())
    enter(page, web, world.acme.owner)
    done(page)
    expect(page.locator(".finding", has_text="Preset registry unavailable")).to_contain_text("500 server_error")
    expect(page.locator(".finding", has_text="A part of the installation is down")).to_contain_text("No worker has")
    expect(page.locator(".finding", has_text="The widget’s script doesn’t load here")).to_contain_text("ad blocker")
    report = page.locator("#report-text").text_content() or ""
    assert "500 GET /api/tracking/presets request seen-by-me-1" in report
    assert "503 GET /readyz" in report
    assert f"tenant id: {world.acme.tenant.pk}" in report


def test_b09_s04_a_refused_site_is_allowed_after_a_question(
    web: Web, world: World, new_context: Callable[..., BrowserContext]
) -> None:
    trouble(web, world)
    page = enter(new_context().new_page(), web, world.acme.admin)
    page.get_by_role("button", name="Allow the domain").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Allow hire.narrowways.example?")
    dialog.get_by_role("button", name="Cancel").click()
    assert not AllowedDomain.objects.filter(domain="hire.narrowways.example").exists()
    page.get_by_role("button", name="Allow the domain").click()
    dialog.get_by_role("button", name="Allow the domain").click()
    expect(page.get_by_text("hire.narrowways.example may show the widget.")).to_be_visible()
    expect(page).to_have_url(web.url + PAGE)
    expect(page.get_by_text("Visitors of hire.narrowways.example")).to_have_count(0)
    assert AllowedDomain.objects.filter(tenant=world.acme.tenant, domain="hire.narrowways.example").exists()


def test_b09_a_page_is_checked_while_one_waits(web: Web, world: World, view: View) -> None:
    acme = world.acme
    site = Site()
    try:
        text = embed.snippet(
            base_url=web.url, tenant_id=acme.tenant.pk, token=tokens.issue(tenant=acme.tenant, label="Website")[1]
        )
        site.pages["/contact"] = site_page("Hello", head=text)
        site.pages["/contact"].headers["Content-Security-Policy"] = "default-src 'self'"
        viewer = view(acme.owner)
        page = viewer.page
        page.goto(web.url + PAGE)
        done(page)
        page.get_by_label("Address of the page").fill(f"{site.url}/contact")
        page.get_by_role("button", name="Check the page").click()
        expect(
            page.get_by_role("heading", name="The page’s security policy blocks the widget’s script")
        ).to_be_visible()
        expect(page.locator("#report-text")).to_contain_text("[bad] page: The page’s security policy")
        viewer.judge("doctor-page")
        viewer.allow(422)
        page.get_by_label("Address of the page").fill("https://10.0.0.1/")
        page.get_by_role("button", name="Check the page").click()
        expect(page.get_by_text("This address is private or reserved")).to_be_visible()
        viewer.judge("doctor-page-refused")
        assert not viewer.faults, "\n".join(viewer.faults)
    finally:
        site.stop()


def test_b09_the_doctor_is_near_wherever_something_fails(web: Web, world: World, page: Page) -> None:
    tokens.issue(tenant=world.acme.tenant, label="Website")
    enter(page, web, world.acme.owner)
    page.goto(f"{web.url}/settings/widget?tab=install")
    page.get_by_role("link", name="Ask the doctor").click()
    expect(page).to_have_url(web.url + PAGE)
    page.goto(f"{web.url}/inbox")
    expect(page.locator("#live-state")).to_have_attribute("data-state", "live")
    page.get_by_role("link", name="Up to date").click()
    expect(page).to_have_url(f"{web.url}{PAGE}#live")
    page.goto(f"{web.url}/help#domain_not_authorized")
    page.locator("#domain_not_authorized").get_by_role("link", name="Ask the doctor").click()
    expect(page).to_have_url(f"{web.url}{PAGE}#findings")
