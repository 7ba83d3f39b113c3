"""Every page at two widths and in both themes: it fits, it is whole, it says what it is, and nothing was refused.

The pictures are kept under var/shots, to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import BrowserContext

from assistants.models import Assistant, Tool
from tenants.mails import invitation_url
from tenants.models import Invitation, Role, User
from tests import factories
from tests.browser import furniture, trials
from tests.browser.look import WIDE, Viewer
from tests.browser.months import talk_for_months
from tests.servers import Web
from tests.world import Company, Membership, World, signed_in

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]
WIDTHS = {360: 740, WIDE: 900}

STRANGER = {
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "reset-sent": "/accounts/password/reset/done/",
    "reset-link-used": "/accounts/password/reset/key/1-wrong/",
    "reset-done": "/accounts/password/reset/key/done/",
    "admin-sign-in": "/admin/login/",
    "api-docs": "/api/docs",
    "help": "/help",
}
OWNER = {
    "inbox": {
        "inbox": "/inbox",
        "inbox-found": "/inbox?q=norway",
        "inbox-found-nothing": "/inbox?q=nothing-like-this",
        "inbox-closed": "/inbox?status=closed",
        "reviews": "/reviews",
    },
    "contacts": {
        "contacts": "/contacts",
        "contacts-found": "/contacts?q=customers.example&order=newest",
        "contacts-found-nothing": "/contacts?q=nothing-like-this",
        "contact-new": "/contacts/new",
    },
    "assistants": {
        "assistants": "/assistants/",
        "assistant-new": "/assistants/new",
        "routing": "/assistants/routing",
        "routing-new": "/assistants/routing/new",
        "safety": "/assistants/safety",
        "tools": "/assistants/tools",
        "tool-new": "/assistants/tools/new",
    },
    "knowledge": {
        "knowledge": "/assistants/knowledge",
        "knowledge-found": "/assistants/knowledge?q=delivery",
        "knowledge-new-question": "/assistants/knowledge/new",
        "knowledge-new-text": "/assistants/knowledge/new?kind=text",
        "knowledge-new-file": "/assistants/knowledge/new?kind=file",
        "knowledge-new-page": "/assistants/knowledge/new?kind=page",
        "knowledge-new-site": "/assistants/knowledge/new?kind=site",
        "knowledge-import": "/assistants/knowledge/import",
    },
    "trials": {},
    "widget": {
        "widget-appearance": "/settings/widget?tab=appearance",
        "widget-behaviour": "/settings/widget?tab=behaviour",
        "widget-install": "/settings/widget?tab=install",
        "widget-domains": "/settings/widget?tab=domains",
        "widget-playground": "/settings/widget?tab=playground",
    },
    "tracking": {
        "widget-tracking": "/settings/widget?tab=tracking",
        "qualification": "/settings/qualification",
        "webhooks": "/settings/webhooks",
        "webhooks-found-nothing": "/settings/webhooks?state=dead&event_type=message.created",
        "webhook-new": "/settings/webhooks/new",
    },
    "analytics": {
        "analytics-7": "/analytics?period=7d",
        "analytics": "/analytics",
        "analytics-90": "/analytics?period=90d",
    },
    "settings": {
        "keys": "/settings/byok",
        "key-new": "/settings/byok/new",
        "budget": "/settings/budget",
        "company": "/settings/company",
        "usage": "/settings/usage",
        "people": "/settings/people",
        "tokens": "/settings/tokens",
        "profile": "/settings/profile",
        "password": "/accounts/password/change/",
        "sign-out": "/accounts/logout/",
    },
}
NEWCOMER = {
    "empty-inbox": "/inbox",
    "empty-contacts": "/contacts",
    "empty-analytics": "/analytics",
    "empty-assistants": "/assistants/",
    "empty-knowledge": "/assistants/knowledge",
    "empty-usage": "/settings/usage",
    "empty-qualification": "/settings/qualification",
    "empty-webhooks": "/settings/webhooks",
    "empty-audit": "/settings/audit",
    "empty-tokens": "/settings/tokens",
    "empty-widget-tracking": "/settings/widget?tab=tracking",
    "empty-widget-install": "/settings/widget?tab=install",
    "empty-widget-domains": "/settings/widget?tab=domains",
    "empty-widget-playground": "/settings/widget?tab=playground",
}


View = Callable[..., Viewer]


def viewers(
    new_context: NewContext, web: Web, who: Membership | User | None = None, *, widths: Iterable[int] = WIDTHS
) -> list[Viewer]:
    """Somebody with a phone and with a wide screen, signed in when `who` is given."""
    cookie = signed_in(who).cookies["autochat_session"].value if who else ""
    made = []
    for width in widths:
        context = new_context(viewport={"width": width, "height": WIDTHS.get(width, 900)}, reduced_motion="reduce")
        if cookie:
            context.add_cookies([{"name": "autochat_session", "value": cookie, "url": web.url}])
        made.append(Viewer(context.new_page(), width))
    return made


def faults(looked: list[Viewer]) -> list[str]:
    """All that was found at any width."""
    return [fault for viewer in looked for fault in viewer.faults]


@pytest.fixture(params=WIDTHS, ids="{} px".format)
def view(request: pytest.FixtureRequest, web: Web, new_context: NewContext) -> View:
    """A tab at one of the widths, which can be looked through beside the other: `view(acme.owner)`."""
    return lambda who=None: viewers(new_context, web, who, widths=[request.param])[0]


def test_p06_pages_of_a_stranger(web: Web, world: World, view: View) -> None:
    furniture.furnish(world.acme)
    invited = Invitation.objects.for_tenant(world.acme.tenant).get()
    viewer = view()
    for name, path in STRANGER.items():
        viewer.look(name, web.url + path)
    viewer.look("invitation", web.url + "/invitation/" + invitation_url(invited).partition("/invitation/")[2])
    viewer.look("invitation-over", f"{web.url}/invitation/{invited.pk}/wrong", status=410)
    viewer.look("not-found", f"{web.url}/nothing/here", status=404)
    assert not viewer.faults, "\n".join(viewer.faults)


def contacts_of(company: Company) -> dict[str, str]:
    """Pages about contacts."""
    known = furniture.know(company, furniture.furnish(company))
    contact, other = (f"/contacts/{one.pk}" for one in known)
    pair = f"{contact}/merge?with={other.rpartition('/')[2]}"
    return {"contact": contact, "contact-other": other, "contact-choose": f"{contact}/merge", "contact-merge": pair}


def rows_of(company: Company, room: str) -> dict[str, str]:
    """What is in a room of a company that has been at work for a while: pages about one thing each."""
    thread = furniture.furnish(company)
    closed = furniture.close_one(company)
    site, broken = furniture.read_sources(company)
    if room == "inbox":
        return {"thread-closed": f"/inbox/{closed.pk}", "thread": f"/inbox/{thread.pk}"}
    if room == "knowledge":
        pages = {"knowledge-site": site, "knowledge-file-failed": broken}
        return {name: f"/assistants/knowledge/{source.pk}" for name, source in pages.items()}
    if room == "assistants":
        trials.work_on(company, thread)
        retired = Assistant.objects.for_tenant(company.tenant).get(name="Retired")
        return {
            "assistant": f"/assistants/{company.assistant.pk}",
            "handoff": f"/assistants/{company.assistant.pk}/handoff",
            "assistant-tools": f"/assistants/{company.assistant.pk}/tools",
            "tool": f"/assistants/tools/{Tool.objects.for_tenant(company.tenant).get().pk}",
            "assistant-archived": f"/assistants/{retired.pk}",
            "empty-dialogues": f"/assistants/{retired.pk}/dialogues",
        }
    if room == "trials":
        written = f"/assistants/{company.assistant.pk}/dialogues/new"
        return trials.work_on(company, thread) | {"dialogue-new": written}
    if room == "tracking":
        webhook, delivery = furniture.webhooks(company)
        here = "/settings/webhooks"
        return {"webhook": f"{here}/{webhook.pk}", "webhook-delivery": f"{here}/deliveries/{delivery.pk}"}
    if room == "analytics":
        talk_for_months(company)
    return {}


@pytest.mark.parametrize("room", OWNER)
def test_p06_pages_of_an_owner(web: Web, world: World, view: View, room: str) -> None:
    rows = contacts_of(world.acme) if room == "contacts" else rows_of(world.acme, room)
    viewer = view(world.acme.owner)
    for name, path in (OWNER[room] | rows).items():
        viewer.look(name, web.url + path)
    if room == "knowledge":
        viewer.page.goto(f"{web.url}/assistants/knowledge")
        viewer.page.get_by_role("button", name="Add knowledge").click()
        viewer.judge("knowledge-add")
    if room == "settings":
        viewer.page.goto(f"{web.url}/settings/tokens")
        viewer.page.get_by_role("button", name="Issue token").first.click()
        viewer.judge("token-issue")
        viewer.page.get_by_label("Name").fill("Shop in Norway, which tells us what visitors bought afterwards")
        viewer.page.get_by_role("dialog").get_by_role("button", name="Issue token").click()
        viewer.page.get_by_text("This is the token").wait_for()
        viewer.judge("token-issued")
    if room == "inbox" and viewer.page.get_by_role("button", name="Contact").is_visible():
        viewer.page.get_by_role("button", name="Contact").click()  # it has no room of its own
        viewer.judge("thread-contact")
    assert not viewer.faults, "\n".join(viewer.faults)


def test_p06_pages_of_somebody_new(web: Web, world: World, view: View) -> None:
    newcomer = factories.make_member(factories.make_tenant("Initech"), Role.OWNER)
    furniture.furnish(world.acme)
    viewer = view(newcomer)
    for name, path in NEWCOMER.items():
        viewer.look(name, web.url + path)
    assert not viewer.faults, "\n".join(viewer.faults)


def test_p06_pages_of_the_platforms_staff(web: Web, world: World, view: View) -> None:
    furniture.furnish(world.acme)
    viewer = view(world.staff)
    viewer.look("no-company", f"{web.url}/inbox", status=403)
    viewer.look("grain", f"{web.url}/settings/grain")
    viewer.look("admin", f"{web.url}/admin/")
    assert not viewer.faults, "\n".join(viewer.faults)
