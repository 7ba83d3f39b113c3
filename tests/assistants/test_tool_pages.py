"""The pages about tools: kept, tried, allowed, and closed to strangers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assistants.models import Allowance, Assistant, Tool, ToolUser
from assistants.models.tool import TOOLS_MOST
from assistants.tools.headers import open_headers
from tenants.models import Role
from tests.assistants.tooling import SCHEMA, allow, make_tool
from tests.doubles.http_server import tenant_server
from tests.world import Company, signed_in

pytestmark = pytest.mark.django_db
SECRET = "Bearer PLANTED-page-secret"


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})


@pytest.fixture
def ada(acme: Company) -> Assistant:
    Assistant.objects.filter(pk=acme.assistant.pk).update(provider="openai", model="double")
    acme.assistant.refresh_from_db()
    return acme.assistant


@pytest.fixture
def admin(acme: Company) -> Iterator[Client]:
    return signed_in(acme.admin)


def given(**fields: Any) -> dict[str, Any]:
    return {
        "name": "order_status", "description": "Where an order is.", "method": "GET",
        "url": "https://api.acme.example/orders/{order}",
        "parameters": '{"properties": {"order": {"type": "string"}}, "required": ["order"]}', "secrets": "", **fields,
    }  # fmt: skip


def test_p07_a_tool_is_added_and_its_headers_are_never_shown_again(admin: Client, ada: Assistant) -> None:
    made = admin.post("/assistants/tools/new", given(secrets=f"Authorization: {SECRET}", users=[str(ada.pk)]))
    tool = Tool.objects.get()
    assert made.headers["Location"] == f"/assistants/tools/{tool.pk}"
    assert open_headers(tool) == {"Authorization": SECRET}
    assert [user.assistant_id for user in tool.users.all()] == [ada.pk]

    shown = admin.get(f"/assistants/tools/{tool.pk}").content.decode() + admin.get("/assistants/tools").content.decode()
    assert "PLANTED" not in shown
    assert ">Authorization</code>" in shown

    admin.post(f"/assistants/tools/{tool.pk}", given(description="Another.", users=[]))
    tool.refresh_from_db()
    assert (tool.description, open_headers(tool)) == ("Another.", {"Authorization": SECRET})
    assert not tool.users.exists()


def test_d11_stored_headers_go_to_no_other_host(admin: Client, ada: Assistant) -> None:
    tool = make_tool(ada, "https://api.acme.example/x", headers={"X-Key": SECRET})
    elsewhere = given(url="https://evil.example/{order}")

    refused = admin.post(f"/assistants/tools/{tool.pk}", elsewhere)
    assert refused.status_code == 422
    assert "entered for another host" in refused.content.decode()
    tool.refresh_from_db()
    assert open_headers(tool) == {"X-Key": SECRET}

    admin.post(f"/assistants/tools/{tool.pk}", elsewhere | {"forget": "on"})
    tool.refresh_from_db()
    assert (tool.url, open_headers(tool), tool.header_names) == ("https://evil.example/{order}", {}, [])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Order Status"}, "small letters"),
        ({"name": "hand_over"}, "built-in tools"),
        ({"parameters": "{"}, "This is no JSON at line 1"),
        ({"parameters": "[]"}, "The arguments are an object"),
        ({"parameters": '{"properties": {"order": {"pattern": "a"}}}'}, "use patterns"),
        ({"url": "https://10.0.0.1/{order}"}, "private or reserved"),
        ({"url": "ftp://x.example/{order}"}, "https://"),
        ({"url": "https://{order}.example/"}, "never in the host"),
        ({"url": "https://api.acme.example/{other}"}, "not an argument"),
        ({"secrets": "nonsense"}, "one header a line"),
        ({"secrets": "Cookie: a=b"}, "be set here"),
        ({"description": ""}, "required"),
    ],
)
def test_p07_what_is_wrong_is_said_where_it_is(
    admin: Client, ada: Assistant, fields: dict[str, str], words: str
) -> None:
    refused = admin.post("/assistants/tools/new", given(**fields))
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Tool.objects.exists()


def test_p07_a_name_is_taken_once_and_there_is_an_end(admin: Client, ada: Assistant) -> None:
    make_tool(ada, "https://api.acme.example/x")
    assert "has this name" in admin.post("/assistants/tools/new", given()).content.decode()
    for number in range(TOOLS_MOST - 1):
        make_tool(ada, "https://api.acme.example/x", name=f"tool_{number}", used=False)
    assert "tools already" in admin.post("/assistants/tools/new", given(name="one_more")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_p07_a_tool_is_tried_switched_and_deleted(admin: Client, ada: Assistant) -> None:
    with tenant_server() as server:
        tool = make_tool(ada, f"{server.url}/orders/{{order}}")
        good = admin.post(f"/assistants/tools/{tool.pk}/test", {"arguments": '{"order": "7"}'}).content.decode()
        bad = admin.post(f"/assistants/tools/{tool.pk}/test", {"arguments": "{}"}).content.decode()
        assert [asked.path for asked in server.asked] == ["/orders/7"]
    assert "on its way" in good
    assert "&#x27;order&#x27; is a required property" in bad

    admin.post(f"/assistants/tools/{tool.pk}/switch", {})
    tool.refresh_from_db()
    assert not tool.active
    admin.post(f"/assistants/tools/{tool.pk}/removal")
    assert not Tool.objects.exists()


def test_p07_what_an_assistant_may_do_is_said_on_its_page(admin: Client, ada: Assistant) -> None:
    tool = make_tool(ada, "https://api.acme.example/x", used=False)
    url = f"/assistants/{ada.pk}/tools"
    admin.post(url, {"hand_over": "on", "outcomes": ["autochat.quote_requested.v1"], "tools": [str(tool.pk)]})
    allowance = Allowance.objects.get()
    assert (allowance.hand_over, allowance.collect_contact) == (True, False)
    assert allowance.outcomes == ["autochat.quote_requested.v1"]
    assert ToolUser.objects.get().tool == tool

    assert admin.post(url, {"outcomes": ["autochat.invented.v1"]}).status_code == 422
    admin.post(url, {})
    assert not Allowance.objects.exists()
    assert not ToolUser.objects.exists()


def test_p07_another_tenants_tools_are_not_there(admin: Client, ada: Assistant, globex: Company) -> None:
    theirs = make_tool(globex.assistant, "https://api.globex.example/x")
    for path in ("", "/test", "/switch", "/removal"):
        assert admin.post(f"/assistants/tools/{theirs.pk}{path}", given()).status_code == 404
    assert admin.get(f"/assistants/{globex.assistant.pk}/tools").status_code == 404
    assert admin.post(f"/assistants/{ada.pk}/tools", {"tools": [str(theirs.pk)]}).status_code == 422
    assert admin.post("/assistants/tools/new", given(users=[str(globex.assistant.pk)])).status_code == 422


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_d14_tools_are_for_admins(acme: Company, ada: Assistant, role: Role) -> None:
    browser = signed_in(acme.member(role))
    tool = make_tool(ada, "https://api.acme.example/x")
    for path in (
        "/assistants/tools",
        "/assistants/tools/new",
        f"/assistants/tools/{tool.pk}",
        f"/assistants/{ada.pk}/tools",
    ):
        assert browser.get(path).status_code == 403


def test_p07_the_list_asks_as_often_for_three_as_for_one(
    admin: Client, acme: Company, ada: Assistant, django_assert_num_queries: Any
) -> None:

    make_tool(ada, "https://api.acme.example/x")
    allow(ada, hand_over=True)
    with CaptureQueriesContext(connection) as for_one:
        admin.get("/assistants/tools")
    for number in range(2):
        other = Assistant.objects.create(tenant=acme.tenant, name=f"B{number}", provider="openai", model="m")
        make_tool(other, "https://api.acme.example/x", name=f"tool_{number}", parameters=SCHEMA)
        allow(other, collect_contact=True)
    with django_assert_num_queries(len(for_one)):
        page = admin.get("/assistants/tools").content.decode()
    assert "Passes visitors on" in page
    assert "Keeps contacts" in page
