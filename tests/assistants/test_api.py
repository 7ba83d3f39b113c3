"""The dashboard API about assistants, keys and knowledge (contract §4)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assistants import roster
from assistants.keys import open_secret
from assistants.models import Assistant, KnowledgeSource, ProviderKey
from tenants.models import Membership, Role
from tests.assistants.businesses import ask_about
from tests.world import Company, bearer

SECRET = "sk-live-00000000000000007f2Q"


class Caller:
    """Somebody who calls the API with JSON."""

    def __init__(self, who: Membership) -> None:
        self.client, self.headers = Client(), bearer(who)

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        call = getattr(self.client, method)
        more = {} if method == "get" else {"content_type": "application/json"}
        response = call(f"/api/{path}", body, headers=self.headers, **more)
        assert response.status_code == status, response.content
        return response.json() if response.content else None


@pytest.fixture
def admin(acme: Company) -> Caller:
    return Caller(acme.admin)


def make_key(company: Company) -> ProviderKey:
    key = roster.new_key(tenant=company.tenant, secret=SECRET, label="Our account")
    key.save()
    return key


def test_d08_an_assistant_is_added_changed_and_deleted(admin: Caller, acme: Company) -> None:
    key = roster.new_key(
        tenant=acme.tenant, secret=SECRET, label="Our server", base_url="https://models.example.com/v1"
    )
    key.save()
    given = {
        "name": "Bob",
        "provider": "openai",
        "model": "gpt-x",
        "prompt": "Be kind.",
        "greeting": "Hello",
        "temperature": 0.5,
        "max_tokens": 300,
        "base_url": "https://models.example.com/v1",
        "provider_key_id": str(key.pk),
        "is_default": False,
        "is_default_chat": True,
        "review_policy": "always",
        "fallback_message": "Soon.",
        "active": True,
    }
    bob = admin("post", "assistants", given, status=201)

    assert {name: bob[name] for name in given} == given
    assert admin("get", f"assistants/{bob['id']}") == bob
    listed = admin("get", "assistants")
    assert listed["total"] == 2
    assert listed["assistants"][0] == bob
    assert not Assistant.objects.get(pk=acme.assistant.pk).is_default_chat

    changed = admin("patch", f"assistants/{bob['id']}", {"name": "Bobby", "provider_key_id": None, "active": False})
    assert (changed["name"], changed["provider_key_id"], changed["active"]) == ("Bobby", None, False)
    assert changed["is_default_chat"]
    admin("delete", f"assistants/{bob['id']}", status=204)
    assert admin("get", f"assistants/{bob['id']}", status=404)["error"]["code"] == "not_found"


def test_d08_only_a_name_is_needed_and_no_star_is_taken(admin: Caller, acme: Company) -> None:
    bob = admin("post", "assistants", {"name": "Bob"}, status=201)

    assert (bob["provider"], bob["is_default"], bob["is_default_chat"], bob["active"]) == (
        "knowledge",
        False,
        False,
        True,
    )
    acme.assistant.refresh_from_db()
    assert acme.assistant.is_default_chat


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"name": 5.5, "provider": "magic"}, "provider"),
        ({"name": ["Bob"]}, "name"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": "NaN"}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 10**30}, "max_tokens"),
        ({"base_url": "http://127.0.0.1/"}, "base_url"),
        ({"base_url": "https://[::1]/v1"}, "base_url"),
        ({"base_url": "file:///etc/passwd"}, "base_url"),
        ({"base_url": "https://models.example.com/v1?key=1"}, "base_url"),
        ({"provider_key_id": "nonsense"}, "provider_key_id"),
        ({"provider_key_id": str(uuid.uuid4())}, "provider_key_id"),
        ({"review_policy": "sometimes"}, "review_policy"),
        ({"active": "maybe"}, "active"),
        ({"active": False, "is_default_chat": True}, "is_default_chat"),
    ],
)
def test_d08_what_is_wrong_is_named(admin: Caller, fields: dict[str, Any], wrong: str) -> None:
    error = admin("post", "assistants", {"name": "Bob", **fields}, status=400)["error"]

    assert error["code"] == "invalid_request"
    assert wrong in error["fields"]
    assert not Assistant.objects.filter(name="Bob").exists()


@pytest.mark.parametrize("body", [[], "text", None, 5])
def test_d08_a_body_that_is_no_object_is_refused(admin: Caller, body: Any) -> None:
    for path in ("assistants", "knowledge", "provider-keys"):
        response = admin.client.generic(
            "POST", f"/api/{path}", b"null" if body is None else str(body), "application/json", headers=admin.headers
        )
        assert response.status_code == 400
        assert response.json()["error"]["code"] == "invalid_request"


def test_d11_a_key_is_written_replaced_and_never_read(admin: Caller, acme: Company) -> None:
    key = admin("post", "provider-keys", {"label": "Our account", "key": SECRET}, status=201)

    assert (key["last4"], key["provider"], key["base_url"]) == ("7f2Q", "openai", "")
    assert SECRET not in str(key) + str(admin("get", "provider-keys")) + str(admin("get", f"provider-keys/{key['id']}"))
    assert open_secret(ProviderKey.objects.get()) == SECRET
    replaced = admin("patch", f"provider-keys/{key['id']}", {"key": "sk-live-0000000000000000NEW1"})
    assert replaced["last4"] == "NEW1"
    assert open_secret(ProviderKey.objects.get()) == "sk-live-0000000000000000NEW1"
    assert admin("patch", f"provider-keys/{key['id']}", {"label": "Other"})["last4"] == "NEW1"

    bob = admin("post", "assistants", {"name": "Bob", "provider_key_id": key["id"]}, status=201)
    admin("delete", f"provider-keys/{key['id']}", status=204)
    assert admin("get", f"assistants/{bob['id']}")["provider_key_id"] is None


@pytest.mark.parametrize("key", ["", "two words", "sk-\nabc", "schlüssel", "x" * 501, None, ["k"]])
def test_d11_what_is_no_key_is_refused_and_not_repeated(admin: Caller, key: Any) -> None:
    error = admin("post", "provider-keys", {"label": "Our account", "key": key}, status=400)

    assert "two words" not in str(error)
    assert "schlüssel" not in str(error)
    assert not ProviderKey.objects.exists()


def test_d12_knowledge_is_added_searched_changed_and_deleted(admin: Caller, acme: Company) -> None:
    given = {"kind": "faq", "title": "When are you open?", "body": "From nine.", "url": "https://acme.example/"}
    source = admin("post", "knowledge", given, status=201)

    assert {name: source[name] for name in given} == given
    assert (source["status"], source["characters"], source["language"]) == ("ready", 10, "english")
    assert admin("get", "knowledge")["knowledge"] == [source]
    assert admin("get", "knowledge?kind=text")["knowledge"] == []
    found = admin("get", "knowledge/search?q=what+time+do+you+open")
    assert found["found"]
    assert found["passages"][0]["text"] == "From nine."
    assert found["passages"][0]["source_id"] == source["id"]
    assert not admin("get", "knowledge/search?q=wetsuits")["found"]

    changed = admin("patch", f"knowledge/{source['id']}", {"body": "From ten on."})
    assert (changed["body"], changed["characters"]) == ("From ten on.", 12)
    assert admin("get", "knowledge/search?q=open")["passages"][0]["text"] == "From ten on."
    admin("delete", f"knowledge/{source['id']}", status=204)
    assert admin("get", "knowledge/search?q=open")["passages"] == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, "title"),
        ({"body": ""}, "body"),
        ({"body": "x" * 4001}, "body"),
        ({"kind": "text", "body": "x" * 200_001}, "body"),
        ({"kind": "crystal"}, "kind"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"language": "klingon"}, "language"),
        ({"body": "a\x00b"}, "body"),
        ({"title": "\ud800"}, "title"),
    ],
)
def test_d12_what_is_wrong_is_named(admin: Caller, fields: dict[str, str], wrong: str) -> None:
    given = {"kind": "faq", "title": "When?", "body": "At nine.", **fields}

    assert wrong in admin("post", "knowledge", given, status=400)["error"]["fields"]
    assert not KnowledgeSource.objects.exists()


@pytest.mark.parametrize("query", ["", "q=", f"q={'x' * 4001}", "q=a&limit=0", "q=a%00b"])
def test_d12_a_search_for_nothing_is_refused(admin: Caller, query: str) -> None:
    assert admin("get", f"knowledge/search?{query}", status=400)["error"]["code"] == "invalid_request"


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_d14_only_admins_may_call(acme: Company, role: Role) -> None:
    caller = Caller(acme.member(role))
    for path in ("assistants", f"assistants/{acme.assistant.pk}", "knowledge", "knowledge/search?q=a", "provider-keys"):
        assert caller("get", path, status=403)["error"]["code"] == "forbidden"
    caller("post", "assistants", {"name": "Bob"}, status=403)
    caller("delete", f"assistants/{acme.assistant.pk}", status=403)


def test_without_a_token_nothing_is_told() -> None:
    for path in ("assistants", "knowledge", "provider-keys"):
        response = Client().get(f"/api/{path}")
        assert (response.status_code, response.json()["error"]["code"]) == (401, "token_missing")


def test_another_tenants_rows_are_not_there(admin: Caller, globex: Company) -> None:
    theirs = [
        f"assistants/{globex.assistant.pk}",
        f"provider-keys/{make_key(globex).pk}",
        f"knowledge/{ask_about(globex.tenant, 'Secret?', 'A recipe.').pk}",
    ]
    for path in theirs:
        admin("get", path, status=404)
        admin("patch", path, {"name": "Mine", "label": "Mine", "title": "Mine"}, status=404)
        admin("delete", path, status=404)
    given = {"name": "Bob", "provider_key_id": theirs[1].partition("/")[2]}
    assert "provider_key_id" in admin("post", "assistants", given, status=400)["error"]["fields"]
    assert admin("get", "knowledge/search?q=secret")["passages"] == []
    for name in ("assistants", "knowledge"):
        assert str(globex.tenant.pk) not in str(admin("get", name))


@pytest.mark.parametrize("path", ["assistants", "knowledge", "provider-keys"])
def test_a_list_asks_the_database_as_often_for_three_as_for_one(admin: Caller, acme: Company, path: str) -> None:
    def add(number: int) -> None:
        key = make_key(acme)
        Assistant.objects.create(tenant=acme.tenant, name=f"Bob {number}", provider_key=key)
        ask_about(acme.tenant, f"Question {number}?", "Yes.")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin("get", path)
        return len(queries)

    add(1)
    with_one = count()
    add(2)
    add(3)
    assert count() == with_one
