"""The corners of the widget's door: what is longest, what is cut off, what is asked for wrongly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import AsyncRequestFactory

from conversations.models import Message, Turn
from conversations.said import Reply
from tenants.database import close_connections, in_database
from tests.servers import Web
from tests.visitor import Visitor
from tests.world import World, make_world
from widgets import answering, chat, services, tokens


@pytest.fixture
def threads_end(transactional_db: None) -> Iterator[None]:
    """The database's threads keep their connections, under which the tables can't be taken away."""
    yield
    close_connections()


@pytest.fixture
def visitor(web: Web, world: World) -> Visitor:
    return Visitor(web.url, world.acme.tenant)


@pytest.mark.usefixtures("threads_end")
async def test_b05_a_request_that_is_cut_off_leaves_its_turn_running(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def answer(*_: Any, **__: Any) -> Reply:
        asked.set()
        await may_answer.wait()
        return Reply(status="answered", text="Here it is.")

    monkeypatch.setattr(services.assistants, "answer", answer)
    tenant = (await in_database(make_world)).acme.tenant
    _, token = await in_database(tokens.issue, tenant=tenant, label="Shop")
    request = AsyncRequestFactory().post(
        f"/api/widgets/{tenant.pk}/chat",
        json.dumps({"sessionId": "s", "message": "Wait for it"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    call = asyncio.ensure_future(chat.chat(request, str(tenant.pk)))
    await asyncio.wait_for(asked.wait(), 10)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    may_answer.set()
    await asyncio.gather(*(one.turn for one in answering._under_way.values()))
    assert await in_database(Message.objects.filter(body="Here it is.").exists)
    assert (await in_database(Turn.objects.get)).state == Turn.State.SETTLED


def test_s08_the_longest_of_everything_is_taken(visitor: Visitor) -> None:
    visitor.session = "s" * 128
    text = "😀" * 4000
    answer = visitor.say(f"  {text}\n", messageId="m" * 128)
    assert answer.status_code == 200
    assert visitor.history()[0]["message"] == text
    refused = visitor.say(text + "😀")
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"] == {"message": ["Use at most 4,000 characters; this has 4,001."]}


def test_s08_an_address_that_grows_when_made_small_is_refused(visitor: Visitor) -> None:
    answer = visitor.say("Hi", contact={"name": "Vera", "email": "a" * 248 + "@İ.com"})
    assert answer.status_code == 400
    assert "contact" in answer.json()["error"]["fields"]


def test_s08_a_wrong_method_is_told_the_right_one(visitor: Visitor) -> None:
    assert visitor.get("chat").headers["Allow"] == "POST, OPTIONS"
    assert visitor.post("stream", {}).headers["Allow"] == "GET, OPTIONS"


@pytest.mark.parametrize("last", ["-1", "9" * 40, "9" * 18, "abc", "1e3", "1 2", ""])
def test_s09_a_last_event_id_that_is_none_harms_nobody(visitor: Visitor, last: str) -> None:
    visitor.say("Hello")
    visitor.headers = {"Last-Event-ID": last}
    with visitor.follow() as stream:
        assert stream.status == 200


@pytest.mark.parametrize("depth", [100, 20_000])
def test_s08_a_body_as_deep_as_a_well_is_refused(visitor: Visitor, depth: int) -> None:
    deep: Any = "[" * depth + "]" * depth
    body = f'{{"sessionId": "s", "message": {deep}}}'
    assert visitor.post("chat", content=body).status_code == 400
