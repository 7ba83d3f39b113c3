"""The dashboard's WebSocket, over a real one: S9, S10, B3."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from conversations import services as conversations
from conversations.models import Conversation, Event
from tenants import credentials, tokens
from tenants import services as tenants
from tests.dashboard import Dashboard
from tests.factories import make_conversation
from tests.redis_server import RedisServer
from tests.servers import Running, Web
from tests.visitor import Visitor
from tests.world import Company, World

Start = Callable[[Running], Running]


@pytest.fixture
def acme(world: World) -> Company:
    return world.acme


def test_s10_a_member_who_authenticates_hears_what_visitors_say(web: Web, acme: Company) -> None:
    with Dashboard(web) as dashboard:
        ok = dashboard.sign_in(acme.owner)
        assert ok["type"] == "auth:ok"
        assert ok["tenant_id"] == str(acme.tenant.pk)
        assert ok["user_id"] == str(acme.owner.user_id)
        assert ok["role"] == "owner"
        assert ok["expires_at"].endswith("Z")
        Visitor(web.url, acme.tenant).say("Is anybody there?")
        events = dashboard.events(4)
        assert [e["type"] for e in events] == [
            "conversation:new",
            "message:new",
            "conversation:updated",
            "message:new",
        ]
        assert [e["seq"] for e in events] == list(range(ok["seq"] + 1, ok["seq"] + 5))
        assert events[1]["data"]["message"] == "Is anybody there?"
        assert events[1]["data"]["author"] == "visitor"


def test_s10_the_event_is_the_conversation_as_the_api_shows_it(web: Web, acme: Company) -> None:
    with Dashboard(web) as dashboard:
        dashboard.sign_in(acme.owner)
        Visitor(web.url, acme.tenant).say("Hi", contact={"name": "Vera", "email": "vera@example.com"})
        shown = dashboard.next()["data"]
        assert {
            "id",
            "channel",
            "status",
            "contact_data",
            "started_at",
            "last_message_at",
            "qualified",
            "assigned_to",
            "needs_attention",
            "unread",
        } <= set(shown)
        assert shown["contact_data"] == {"name": "Vera", "email": "vera@example.com", "phone": "", "company": ""}


def test_s10_silence_for_five_seconds_is_a_timeout(web: Web) -> None:
    with Dashboard(web) as dashboard:
        assert dashboard.end() == ("auth_timeout", 4408)


def _claims(company: Company, **changed: Any) -> dict[str, Any]:
    now = timezone.now()
    claims = {"sub": str(company.owner.user_id), "aud": str(company.tenant.pk), "jti": "x", "iat": now}
    return claims | {"exp": now + timedelta(minutes=5)} | changed


def test_s10_invalid_expired_and_foreign_tokens_are_refused(web: Web, acme: Company) -> None:
    expired = tokens.sign("access", _claims(acme, exp=timezone.now() - timedelta(minutes=1)))
    widget = Visitor(web.url, acme.tenant).token
    outsider = credentials.issue_access(acme.agent)
    acme.agent.delete()
    for token, code in [
        ("nonsense", "auth_invalid"),
        (widget, "auth_invalid"),
        (expired, "auth_expired"),
        (outsider, "auth_revoked"),
    ]:
        with Dashboard(web) as dashboard:
            dashboard.send({"type": "auth", "token": token})
            assert dashboard.end() == (code, 4401)


@pytest.mark.parametrize(
    "frame", ['{"type": "ping"}', "[]", "{", '{"type": "auth"}', '{"type": "auth", "token": 5}', b"\xff\x00", ""]
)
def test_s10_before_auth_only_an_auth_frame_is_heard(web: Web, frame: str | bytes) -> None:
    with Dashboard(web) as dashboard:
        dashboard.send(frame)
        assert dashboard.end() == ("invalid_frame", 4400)


def test_s10_after_auth_an_unreadable_frame_is_told_and_the_socket_stays(web: Web, acme: Company) -> None:
    with Dashboard(web) as dashboard:
        seq = dashboard.sign_in(acme.owner)["seq"]
        for frame in ["{", "[]", "7", '{"type": "nonsense"}', b"\x00\x01"]:
            dashboard.send(frame)
            assert dashboard.next()["code"] == "invalid_frame"
        dashboard.send({"type": "ping"})
        assert dashboard.next() == {"type": "pong", "seq": seq}


def test_s10_a_frame_over_64_kib_closes_the_socket(web: Web, acme: Company) -> None:
    with Dashboard(web) as dashboard:
        dashboard.sign_in(acme.owner)
        dashboard.send(json.dumps({"type": "x" * 65 * 1024}))
        assert dashboard.end() == ("invalid_frame", 4400)


def test_s10_another_site_cannot_open_the_socket(web: Web) -> None:
    with pytest.raises(InvalidStatus) as refused, Dashboard(web, origin="https://evil.example"):
        pass
    assert refused.value.response.status_code == 403


def test_s10_a_token_is_renewed_in_place_for_the_same_member_only(web: Web, world: World) -> None:
    with Dashboard(web) as dashboard:
        first = dashboard.sign_in(world.acme.owner)
        assert dashboard.sign_in(world.acme.owner)["seq"] == first["seq"]
        dashboard.send({"type": "auth", "token": credentials.issue_access(world.globex.owner)})
        assert dashboard.end() == ("auth_invalid", 4401)


def test_s10_the_socket_ends_with_its_token(web: Web, acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ACCESS_TOKEN_LIFETIME", timedelta(seconds=2))
    with Dashboard(web) as dashboard:
        dashboard.sign_in(acme.owner)
        assert dashboard.end() == ("auth_expired", 4401)


def test_d14_removing_a_member_closes_their_sockets_within_a_second(web: Web, acme: Company) -> None:
    with Dashboard(web) as dashboard, Dashboard(web) as other:
        dashboard.sign_in(acme.agent)
        other.sign_in(acme.manager)
        tenants.remove_member(membership=acme.agent, by=acme.owner)
        assert dashboard.end(seconds=1) == ("auth_revoked", 4401)
        other.send({"type": "ping"})
        assert other.next()["type"] == "pong"


def test_b3_after_a_cut_everything_since_arrives_once_and_in_order(web: Web, acme: Company) -> None:
    visitor = Visitor(web.url, acme.tenant)
    with Dashboard(web) as dashboard:
        dashboard.sign_in(acme.owner)
        visitor.say("Before")
        last = dashboard.events(4)[-1]["seq"]
    for n in range(5):
        visitor.say(f"Missed {n}")
    with Dashboard(web) as dashboard:
        dashboard.sign_in(acme.owner, since=last)
        visitor.say("After")
        events = dashboard.events(24)
    assert [e["seq"] for e in events] == list(range(last + 1, last + 25))
    said = [e["data"]["message"] for e in events if e["type"] == "message:new" and e["data"]["author"] == "visitor"]
    assert said == [*(f"Missed {n}" for n in range(5)), "After"]


@pytest.mark.parametrize("since", [-5, 10_000])
def test_b3_a_log_that_does_not_reach_there_says_resync(web: Web, acme: Company, since: int) -> None:
    Visitor(web.url, acme.tenant).say()
    Event.objects.filter(seq=1).delete()
    with Dashboard(web) as dashboard:
        assert dashboard.sign_in(acme.owner, since=since)["type"] == "auth:ok"
        assert dashboard.next() == {"type": "resync"}


def test_s09_a_message_posted_through_one_process_reaches_a_dashboard_on_another(
    web: Web, start: Start, acme: Company
) -> None:
    second = Web("daphne")
    start(second)
    with Dashboard(second) as dashboard:
        dashboard.sign_in(acme.owner)
        Visitor(web.url, acme.tenant).say("Through the first")
        assert dashboard.events(2, seconds=1)[1]["data"]["message"] == "Through the first"


def test_b3_with_redis_gone_every_event_still_arrives(start: Start, own_redis: RedisServer, acme: Company) -> None:
    web = Web(REDIS_URL=own_redis.url)
    start(web)
    visitor = Visitor(web.url, acme.tenant)
    with Dashboard(web) as dashboard:
        seq = dashboard.sign_in(acme.owner)["seq"]
        visitor.say("With Redis")
        assert [e["seq"] for e in dashboard.events(4)] == [seq + n for n in range(1, 5)]
        own_redis.stop()
        visitor.say("Without Redis")
        assert [e["seq"] for e in dashboard.events(4, seconds=10)] == [seq + n for n in range(5, 9)]
        own_redis.start()
        visitor.say("With Redis again")
        assert [e["seq"] for e in dashboard.events(4, seconds=10)] == [seq + n for n in range(9, 13)]


def test_s10_a_stranger_hears_nothing(web: Web, world: World) -> None:
    with Dashboard(web) as dashboard:
        dashboard.sign_in(world.globex.owner)
        Visitor(web.url, world.acme.tenant).say("For acme only")
        Visitor(web.url, world.globex.tenant).say("For globex")
        assert dashboard.events(2)[1]["data"]["message"] == "For globex"


def test_d14_an_agent_hears_no_content_of_others_conversations(web: Web, acme: Company) -> None:
    theirs = make_conversation(acme.tenant, said="Private", assigned_to=acme.manager.user)
    with Dashboard(web) as agent, Dashboard(web) as manager:
        agent.sign_in(acme.agent)
        manager.sign_in(acme.manager)
        conversations.post_reply(conversation=theirs, by=acme.manager, text="Between us")
        assert [e["type"] for e in manager.events(2)] == ["conversation:updated", "message:new"]
        veiled = agent.events(2)
        assert "Between us" not in json.dumps(veiled)
        assert {e["data"]["id"] for e in veiled} == {str(theirs.pk)}


def test_s09_a_reply_by_a_person_reaches_the_visitors_stream_within_a_second(web: Web, acme: Company) -> None:
    visitor = Visitor(web.url, acme.tenant)
    visitor.say("I need a person")
    with visitor.follow() as stream:
        conversation = Conversation.objects.get(session=visitor.session)
        conversations.post_reply(conversation=conversation, by=acme.agent, text="Here I am")
        told = stream.next(seconds=1)
        assert (told.event, told.data["message"], told.data["author"]) == ("message", "Here I am", "agent")
        conversations.close_conversation(conversation=conversation, by=acme.agent)
        assert stream.next(seconds=1).data["author"] == "system"
        ended = stream.next(seconds=1)
        assert ended.event == "closed"
    with visitor.follow(last_event_id=ended.id) as stream:
        assert stream.status == 204
