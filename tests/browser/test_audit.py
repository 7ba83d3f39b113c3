"""P10: the audit log as an owner sees it: at every width and in both themes, narrowed without leaving the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect

from tenants import grain
from tests import factories
from tests.browser.furniture import LONG_NAME
from tests.browser.look import WIDE
from tests.browser.test_pages import viewers
from tests.browser.test_tracking_builder import sign_in
from tests.factories import PASSWORD
from tests.servers import Web
from tests.tracking.endpoints import make_signed_endpoint
from tests.world import World, signed_in

pytestmark = pytest.mark.browser


def work(world: World) -> None:
    """A morning in which much was changed."""
    acme = world.acme
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.acme.example/in", description="CRM")
    factories.make_plan("business")
    acme.agent.user.name = LONG_NAME
    acme.agent.user.save()
    acme.manager.user.name = "ليلى حداد"
    acme.manager.user.save()
    owner, admin, staff = signed_in(acme.owner), signed_in(acme.admin), signed_in(world.staff)
    owner.post(
        f"/settings/people/{acme.agent.user_id}/role", {"role": "admin"}, REMOTE_ADDR="2001:db8:85a3::8a2e:370:7334"
    )
    owner.post("/settings/usage/plan", {"plan": "business"}, REMOTE_ADDR="198.51.100.7")
    admin.post(f"/settings/webhooks/{endpoint.pk}/rotation", REMOTE_ADDR="198.51.100.23")
    admin.post(f"/settings/webhooks/{endpoint.pk}/status", {"status": "paused"})
    admin.post("/assistants/safety", {"blocked_keywords": "lawsuit", "escalation_keywords": "manager"})
    form = {
        "primary_color": "#112233",
        "position": "top-left",
        "theme": "dark",
        "locale": "de",
        "greeting_message": "Hi",
    }
    signed_in(acme.agent).post("/settings/widget?tab=appearance", form)
    signed_in(acme.agent).post("/assistants/knowledge/new", {"title": "W" * 200, "body": "Yes."})
    passwords = {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"}
    signed_in(acme.manager).post("/accounts/password/change/", passwords)
    staff.post("/switch", {"tenant": str(acme.tenant.pk)})
    staff.post("/settings/grain", {"key": "demo_tenant", "value": "x", "tenant": str(acme.tenant.pk)})
    owner.get("/inbox/export.csv?status=open")
    grain.put("widget_tracking_snippet_builder_enabled", False, tenant=acme.tenant)


@pytest.mark.parametrize("width", [360, 768, WIDE])
def test_p10_the_audit_log_is_read_and_narrowed(
    web: Web, world: World, new_context: Callable[..., BrowserContext], width: int
) -> None:
    with ThreadPoolExecutor(1) as aside:  # Playwright's loop lets no request be made beside it
        aside.submit(work, world).result()
        aside.submit(lambda: connection.close()).result()  # noqa: PLW0108  (of that thread)
    (viewer,) = viewers(new_context, web, world.acme.owner, widths=[width])
    viewer.look("audit", f"{web.url}/settings/audit")
    page = viewer.page
    page.get_by_label("About").select_option(label="Webhooks")
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_text("rotated the secret of the endpoint")).to_be_visible()
    assert page.url.endswith("kind=webhook&since=&until=")
    page.get_by_label("Search").fill("no such thing")
    page.get_by_label("Search").press("Enter")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    viewer.judge("audit-found-nothing")
    page.get_by_role("link", name="Show all").click()
    page.get_by_role("link", name="CRM").first.click()
    expect(page).to_have_title(re.compile("CRM · autochat"))
    assert not viewer.faults, "\n".join(viewer.faults)


def test_p10_who_comes_back_to_what_was_narrowed_sees_the_whole_page(web: Web, world: World, page: Page) -> None:
    sign_in(page.context, web, world.acme.owner)
    page.goto(f"{web.url}/settings/audit")
    page.get_by_label("About").select_option(label="Webhooks")
    page.wait_for_url("**kind=webhook**")
    page.get_by_role("link", name="Company", exact=True).click()
    page.wait_for_url("**/settings/company")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")
    expect(page.get_by_role("navigation").first).to_be_visible()
    expect(page.get_by_label("About")).to_have_value("webhook")
