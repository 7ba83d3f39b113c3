"""`POST /chat` over real HTTP: what a visitor says is stored once, answered once, and never lost."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from assistants.models import Assistant
from conversations.models import Contact, Conversation, Event, Message, Turn
from tenants.models import Plan, UsagePeriod
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Web
from tests.visitor import Visitor, connect_model
from tests.waiting import wait_until
from tests.world import Company, World


@pytest.fixture
def visitor(web: Web, world: World) -> Visitor:
    """A visitor of acme's site."""
    return Visitor(web.url, world.acme.tenant)


@pytest.fixture
def acme(world: World, openai_double: OpenAIDouble) -> Company:
    """Acme, whose assistant speaks through the model's double."""
    connect_model(world.acme.assistant, openai_double.url)
    return world.acme


def test_s07_the_bare_call_of_the_guide_is_answered(visitor: Visitor, acme: Company) -> None:
    answer = visitor.post("chat", {"sessionId": "test_session", "message": "Hello!"})
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"success", "conversationId", "messageId", "message", "metadata", "tracking"}
    assert body["success"] is True
    assert body["message"] == "You said: Hello!"
    assert [told["event_type"] for told in body["tracking"]] == ["autochat.conversation_started.v1"]
    assert body["metadata"]["status"] == "answered"
    assert body["metadata"]["assistantId"] == str(acme.assistant.pk)
    assert set(body["metadata"]) == {"model", "tokens", "assistantId", "status"}
    assert [m.body for m in Message.objects.filter(conversation=body["conversationId"]).in_order()] == [
        "Hello!",
        "You said: Hello!",
    ]


def test_s07_a_retry_with_the_same_message_id_gets_the_first_answer(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    first = visitor.say("Once", messageId="m-1")
    again = visitor.say("Once", messageId="m-1")
    assert again.json() == first.json()
    assert len(openai_double.calls) == 1
    assert Message.objects.filter(body="Once").count() == 1


def test_s08_the_same_message_id_twice_at_once_is_answered_once(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    openai_double.latency = 3
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: visitor.say("Twice", messageId="m-2"), range(8)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [409] * 7
    refused = next(a for a in answers if a.status_code == 409)
    assert refused.json()["error"]["code"] == "message_in_progress"
    assert int(refused.headers["Retry-After"]) >= 1
    assert Message.objects.filter(body="Twice").count() == 1
    assert visitor.say("Twice", messageId="m-2").json()["message"] == "You said: Twice"


def test_d03_a_session_resumes_its_open_conversation(visitor: Visitor, acme: Company) -> None:
    first = visitor.say("One").json()
    second = visitor.say("Two", conversationId=first["conversationId"]).json()
    assert second["conversationId"] == first["conversationId"]
    assert [(m["author"], m["message"]) for m in visitor.history()] == [
        ("visitor", "One"),
        ("assistant", "You said: One"),
        ("visitor", "Two"),
        ("assistant", "You said: Two"),
    ]


def test_d03_first_messages_sent_at_once_share_one_conversation(visitor: Visitor, acme: Company) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda n: visitor.say(f"Tab {n}").json(), range(6)))
    assert len({answer["conversationId"] for answer in answers}) == 1
    assert UsagePeriod.objects.get(tenant=acme.tenant).conversations == 1


def test_d03_a_conversation_of_another_session_is_not_found(visitor: Visitor, acme: Company, web: Web) -> None:
    theirs = visitor.say("Mine").json()["conversationId"]
    stranger = Visitor(web.url, acme.tenant, visitor.token)
    refused = stranger.say("Let me in", conversationId=theirs)
    assert refused.status_code == 404
    assert refused.json()["error"]["code"] == "not_found"
    assert not Message.objects.filter(body="Let me in").exists()
    assert not Turn.objects.filter(session=stranger.session).exists()


def test_d02_contacts_are_found_by_email_and_never_doubled(visitor: Visitor, acme: Company, web: Web) -> None:
    visitor.say("Hi", contact={"name": "Vera", "email": "Vera@Example.com"})
    elsewhere = Visitor(web.url, acme.tenant, visitor.token)
    elsewhere.say(
        "Hi again", contact={"name": "Somebody else", "email": "vera@example.com", "phone": "+47 55 01 23 45"}
    )
    vera = Contact.objects.get(tenant=acme.tenant, email="vera@example.com")
    assert (vera.name, vera.phone) == ("Vera", "+47 55 01 23 45")
    assert Conversation.objects.filter(contact=vera).count() == 2


def test_d02_the_same_address_at_once_makes_one_contact(acme: Company, web: Web) -> None:
    visitors = [Visitor(web.url, acme.tenant) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda v: v.say("Hi", contact={"name": "Ola", "email": "ola@example.com"}), visitors))
    assert Contact.objects.filter(email="ola@example.com").count() == 1


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Behaviour(status=500, body=b"{}"), "provider_error"),
        (Behaviour(status=401, body=b"{}"), "provider_error"),
        (Behaviour(status=429, body=b"{}", headers={"Retry-After": "600"}), "provider_rate_limited"),
        (Behaviour(body=b"<h1>It works</h1>", content_type="text/html"), "provider_error"),
        (Behaviour(text="", finish_reason="content_filter"), "safety_blocked"),
    ],
)
def test_s11_a_message_without_a_reply_succeeds_and_says_why(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble, behaviour: Behaviour, reason: str
) -> None:
    openai_double.script(behaviour, behaviour)
    answer = visitor.say("Anybody?")
    assert answer.status_code == 200
    assert answer.json()["message"] is None
    assert answer.json()["metadata"]["reason"] == reason
    conversation = Conversation.objects.get(pk=answer.json()["conversationId"])
    assert conversation.attention == Conversation.Attention.PROVIDER_FAILED
    assert [m["message"] for m in visitor.history()] == ["Anybody?"]


def test_s11_an_assistant_without_a_key_says_so(visitor: Visitor, world: World) -> None:
    Assistant.objects.filter(pk=world.acme.assistant.pk).update(
        provider="openai", model="gpt", fallback_message="Soon."
    )
    answer = visitor.say("Hello").json()
    assert answer["message"] == "Soon."
    assert answer["metadata"]["reason"] == "provider_not_configured"


def test_s13_the_default_chat_assistant_comes_before_the_general_one(visitor: Visitor, acme: Company) -> None:
    general = Assistant.objects.create(tenant=acme.tenant, name="General")
    Assistant.objects.filter(pk=acme.assistant.pk).update(is_default=False)
    Assistant.objects.filter(pk=general.pk).update(is_default=True)
    assert visitor.say().json()["metadata"]["assistantId"] == str(acme.assistant.pk)
    Assistant.objects.filter(pk=acme.assistant.pk).update(is_default_chat=False)
    later = Visitor(visitor.base_url, acme.tenant, visitor.token)
    assert later.say().json()["metadata"]["assistantId"] == str(general.pk)


def test_s13_an_assistant_can_be_asked_for_by_id_but_not_a_strangers(
    visitor: Visitor, world: World, acme: Company
) -> None:
    named = Assistant.objects.create(tenant=acme.tenant, name="Named")
    assert visitor.say(assistantId=str(named.pk)).json()["metadata"]["assistantId"] == str(named.pk)
    refused = visitor.say("Theirs", assistantId=str(world.globex.assistant.pk))
    assert refused.status_code == 404
    assert not Message.objects.filter(body="Theirs").exists()


def test_s08_no_assistant_is_a_400_and_the_message_waits_for_a_retry(visitor: Visitor, acme: Company) -> None:
    Assistant.objects.filter(tenant=acme.tenant).update(is_default=False, is_default_chat=False)
    refused = visitor.say("Hello?", messageId="m-3")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "no_assistant")
    conversation = Conversation.objects.get(session=visitor.session)
    assert conversation.attention == Conversation.Attention.NO_ASSISTANT
    Assistant.objects.filter(pk=acme.assistant.pk).update(is_default_chat=True)
    assert visitor.say("Hello?", messageId="m-3").json()["message"] == "You said: Hello?"
    assert Message.objects.filter(body="Hello?").count() == 1


def test_s08_an_archived_assistant_is_misconfigured(visitor: Visitor, acme: Company) -> None:
    Assistant.objects.filter(pk=acme.assistant.pk).update(active=False)
    refused = visitor.say()
    assert (refused.status_code, refused.json()["error"]["code"]) == (500, "assistant_misconfigured")
    assert "archived" in refused.json()["error"]["message"]


def test_s08_a_used_up_plan_refuses_new_conversations_and_lets_running_ones_go_on(
    start: object, world: World, openai_double: OpenAIDouble
) -> None:
    connect_model(world.acme.assistant, openai_double.url)
    Plan.objects.filter(key="starter").update(conversations=1)
    web = Web(RATE_LIMITS="on")
    start(web)  # type: ignore[operator]
    first = Visitor(web.url, world.acme.tenant)
    assert first.say("First").status_code == 200
    refused = Visitor(web.url, world.acme.tenant, first.token).say("Second")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "usage_limit_exceeded")
    assert refused.headers["X-RateLimit-Limit"] == "1"
    assert int(refused.headers["Retry-After"]) > 0
    assert first.say("Going on").status_code == 200
    assert not Message.objects.filter(body="Second").exists()


def test_s08_a_visitor_who_types_too_fast_is_told_when_to_go_on(start: object, world: World) -> None:
    web = Web(RATE_LIMITS="on")
    start(web)  # type: ignore[operator]
    visitor = Visitor(web.url, world.acme.tenant)
    answers = [visitor.say(f"Message {n}") for n in range(45)]
    refused = next(a for a in answers if a.status_code == 429)
    assert refused.json()["error"]["code"] == "rate_limited"
    assert refused.headers["X-RateLimit-Remaining"] == "0"


BAD_BODIES = {
    "no json": b"{",
    "a list": b"[]",
    "no session": b'{"message": "x"}',
    "no message": b'{"sessionId": "s"}',
    "a blank message": b'{"sessionId": "s", "message": "  \\n "}',
    "a number as message": b'{"sessionId": "s", "message": 5}',
    "an object as session": b'{"sessionId": {}, "message": "x"}',
    "a session with a slash": b'{"sessionId": "a/b", "message": "x"}',
    "a session too long": b'{"sessionId": "' + b"s" * 129 + b'", "message": "x"}',
    "5,000 characters": b'{"sessionId": "s", "message": "' + b"x" * 5000 + b'"}',
    "a NUL byte": b'{"sessionId": "s", "message": "a\\u0000b"}',
    "a lone surrogate": b'{"sessionId": "s", "message": "\\ud800"}',
    "broken UTF-8": b'{"sessionId": "s", "message": "\xff\xfe"}',
    "a contact that is text": b'{"sessionId": "s", "message": "x", "contact": "vera"}',
    "an unfinished e-mail": b'{"sessionId": "s", "message": "x", "contact": {"email": "vera@"}}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_s08_a_body_that_cannot_be_right_is_refused_and_nothing_is_stored(visitor: Visitor, body: bytes) -> None:
    before = (Message.objects.count(), Event.objects.count())
    answer = visitor.post("chat", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")
    assert (Message.objects.count(), Event.objects.count()) == before


def test_s08_a_body_of_a_megabyte_is_too_large(visitor: Visitor) -> None:
    answer = visitor.post("chat", content=b'{"sessionId": "s", "message": "' + b"x" * 1_000_000 + b'"}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")


def test_s08_other_methods_types_and_formats_have_their_codes(visitor: Visitor) -> None:
    body = {"sessionId": "s", "message": "x"}
    answers = [
        (visitor.get("chat"), 405, "method_not_allowed"),
        (visitor.post("chat", body, headers={"Content-Type": "text/plain"}), 415, "unsupported_media_type"),
        (visitor.post("chat", body, headers={"Accept": "text/html"}), 406, "not_acceptable"),
    ]
    assert [(a.status_code, a.json()["error"]["code"]) for a, _, _ in answers] == [(s, c) for _, s, c in answers]


def test_s25_every_error_names_itself_and_its_request(visitor: Visitor) -> None:
    refused = visitor.post("chat", {}, headers={"X-Request-ID": "my-own-id-1234"})
    error = refused.json()["error"]
    assert refused.json()["success"] is False
    assert refused.headers["X-Request-ID"] == error["request_id"] == "my-own-id-1234"
    assert set(error) == {"code", "message", "request_id", "fields", "help"}
    strange = visitor.post("chat", {}, headers={"X-Request-ID": "no<script>"})
    assert uuid.UUID(strange.headers["X-Request-ID"])


def test_s11_the_same_call_streams_where_the_client_asks_for_it(visitor: Visitor, acme: Company) -> None:
    body = {"sessionId": visitor.session, "message": "Stream it"}
    streamed = visitor.post("chat", body, headers={"Accept": "text/event-stream"})
    assert streamed.headers["Content-Type"].startswith("text/event-stream")
    assert "event: message\ndata: {" in streamed.text
    assert "You said: Stream it" in streamed.text
    Assistant.objects.filter(tenant=acme.tenant).update(is_default=False, is_default_chat=False)
    later = Visitor(visitor.base_url, acme.tenant, visitor.token)
    failed = later.post("chat", body | {"sessionId": later.session}, headers={"Accept": "text/event-stream"})
    assert "event: error" in failed.text
    assert '"code":"no_assistant"' in failed.text


def test_s07_a_visitor_who_leaves_early_finds_the_answer_later(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    openai_double.latency = 0.8
    body = {"sessionId": visitor.session, "message": "I must go", "messageId": "m-9"}
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{visitor.door}/chat", json=body, headers={"Authorization": f"Bearer {visitor.token}"}, timeout=0.3)
    wait_until(lambda: len(visitor.history()) == 2, what="the answer is there")
    assert visitor.say("I must go", messageId="m-9").json()["message"] == "You said: I must go"
    assert len(openai_double.calls) == 1


def test_s08_nobody_waits_for_a_slow_provider_but_who_asked_it(
    visitor: Visitor, acme: Company, openai_double: OpenAIDouble
) -> None:
    """Twenty-four visitors wait on a server with six database threads; the next call is served at once."""
    openai_double.latency = 6
    waiting = [Visitor(visitor.base_url, acme.tenant, visitor.token) for _ in range(24)]
    threads = [threading.Thread(target=v.say) for v in waiting]
    for thread in threads:
        thread.start()
    wait_until(lambda: openai_double.in_flight == 24, what="all calls are in flight")
    assert visitor.get("config").elapsed.total_seconds() < 2
    for thread in threads:
        thread.join()
    assert Message.objects.filter(author=Message.Author.ASSISTANT).count() == 24
