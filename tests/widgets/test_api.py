"""S8, D6: the widget's API beside the chat: config, messages, track, voice; and what malformed calls get."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation, Message
from tests import factories
from tests.widgets.door import Door, code_of
from tracking.models import WidgetEvent
from widgets.models import WidgetSettings

TRACKED = {"sessionId": "test_session", "event": "widget_opened", "timestamp": "2026-03-31T14:05:00Z"}


def test_d06_config_of_a_tenant_that_set_nothing(acme):
    acme.assistant.greeting = "Hello from Ada"
    acme.assistant.save()
    response = Door(acme).get("config")
    assert response.json() == {
        "success": True,
        "config": {
            "name": "Acme",
            "assistantId": str(acme.assistant.pk),
            "widget": {
                "primaryColor": "#0b5d4e",
                "position": "bottom-right",
                "theme": "auto",
                "greetingMessage": "Hello from Ada",
                "avatarUrl": None,
                "headerLogoUrl": None,
                "headerWordmarkUrl": None,
                "showBranding": True,
                "locale": "auto",
            },
            "prechat": {"required": []},
            "proactive": [],
            "availability": {"online": True, "hours": None, "awayMessage": None},
            "tracking": {"enabled": True},
        },
    }


def test_d01_config_tells_what_was_set(acme):
    WidgetSettings.objects.create(
        tenant=acme.tenant,
        name="Acme help",
        primary_color="#112233",
        position="top-left",
        theme="dark",
        greeting_message="Ahoy",
        avatar_url="https://acme.example/a.png",
        show_branding=False,
        locale="de",
        prechat_required=["name", "email"],
        away_message="Back at nine",
    )
    config = Door(acme).get("config").json()["config"]
    assert (config["name"], config["prechat"]) == ("Acme help", {"required": ["name", "email"]})
    assert config["availability"]["awayMessage"] == "Back at nine"
    widget = config["widget"]
    assert (widget["primaryColor"], widget["position"], widget["theme"]) == ("#112233", "top-left", "dark")
    assert (widget["greetingMessage"], widget["avatarUrl"]) == ("Ahoy", "https://acme.example/a.png")
    assert (widget["showBranding"], widget["locale"]) == (False, "de")


def test_d06_config_names_the_general_default_else_nobody(acme):
    acme.assistant.is_default_chat = False
    acme.assistant.save()
    door = Door(acme)
    assert door.get("config").json()["config"]["assistantId"] == str(acme.assistant.pk)
    acme.assistant.active = False
    acme.assistant.save()
    assert door.get("config").json()["config"]["assistantId"] is None


def test_d06_config_names_no_assistant_where_people_answer(acme):
    WidgetSettings.objects.create(tenant=acme.tenant, human_only=True)
    assert Door(acme).get("config").json()["config"]["assistantId"] is None


def test_d06_config_is_revalidated(acme):
    door = Door(acme)
    first = door.get("config")
    assert first["Cache-Control"] == "private, no-cache"
    again = door.get("config", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == door.origin
    WidgetSettings.objects.create(tenant=acme.tenant, name="New name")
    assert door.get("config", **{"If-None-Match": first["ETag"]}).status_code == 200


def _talk(company, session="test_session"):
    now = timezone.now()
    conversation = factories.make_conversation(company.tenant, said="Hello", session=session, started_at=now)
    say = lambda seconds, **fields: factories.make_message(  # noqa: E731
        conversation, fields.pop("body"), created_at=now + timedelta(seconds=seconds), **fields
    )
    say(1, body="Hi there", author=Message.Author.ASSISTANT, author_name="Ada", sources=[{"title": "FAQ"}])
    say(2, body="Not yet seen", author=Message.Author.ASSISTANT, state=Message.State.HELD)
    say(3, body="Never seen", author=Message.Author.ASSISTANT, state=Message.State.BLOCKED)
    say(4, body="Are you open?", client_id="client-1")
    say(5, body="We are", author=Message.Author.AGENT, author_name="Bo")
    return conversation


def test_s08_messages_are_the_open_conversation_oldest_first(acme):
    conversation = _talk(acme)
    body = Door(acme).get("messages", {"sessionId": "test_session"}).json()
    assert (body["success"], body["conversationId"]) == (True, str(conversation.pk))
    said = [(line["author"], line["authorName"], line["message"]) for line in body["messages"]]
    assert said == [
        ("visitor", "", "Hello"),
        ("assistant", "Ada", "Hi there"),
        ("visitor", "", "Are you open?"),
        ("agent", "Bo", "We are"),
    ]
    assert body["messages"][2]["messageId"] == "client-1"
    assert body["messages"][1]["sources"] == [{"title": "FAQ"}]
    assert "sources" not in body["messages"][0]
    assert all(line["createdAt"].endswith("Z") for line in body["messages"])


def test_s08_messages_after_one_that_is_known(acme):
    _talk(acme)
    door = Door(acme)
    every = door.get("messages", {"sessionId": "test_session"}).json()["messages"]
    for position, line in enumerate(every):
        later = door.get("messages", {"sessionId": "test_session", "after": line["messageId"]}).json()["messages"]
        assert later == every[position + 1 :]
    unknown = door.get("messages", {"sessionId": "test_session", "after": "nobody"}).json()["messages"]
    assert unknown == every


def test_s08_messages_of_nobody_and_of_a_closed_conversation_are_none(acme):
    door = Door(acme)
    nothing = {"success": True, "conversationId": None, "messages": []}
    assert door.get("messages", {"sessionId": "test_session"}).json() == nothing
    conversation = _talk(acme)
    Conversation.objects.filter(pk=conversation.pk).update(status=Conversation.Status.CLOSED)
    assert door.get("messages", {"sessionId": "test_session"}).json() == nothing


def test_s08_messages_of_another_tenants_session_are_none(acme, globex):
    _talk(globex)
    assert Door(acme).get("messages", {"sessionId": "test_session"}).json()["messages"] == []


def test_messages_cost_three_queries_however_many(acme, django_assert_num_queries):
    _talk(acme)
    door = Door(acme)
    door.get("config")
    with django_assert_num_queries(3):
        door.get("messages", {"sessionId": "test_session"})


@pytest.mark.parametrize(
    "query", [{}, {"sessionId": ""}, {"sessionId": "a b"}, {"sessionId": "x" * 129}, {"sessionId": "é"}]
)
def test_s08_messages_need_a_session(acme, query):
    assert code_of(Door(acme).get("messages", query)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "event", ["widget_loaded", "widget_closed", "message_sent", "proactive_clicked", "custom:added"]
)
def test_d06_track_counts(acme, event):
    door = Door(acme)
    for _ in range(3):
        response = door.post("track", TRACKED | {"event": event, "metadata": {"a": 1}})
        assert (response.status_code, response.json()) == (200, {"success": True})
    row = WidgetEvent.objects.get()
    assert (row.tenant, row.event, row.count, row.day) == (acme.tenant, event, 3, timezone.now().date())


@pytest.mark.parametrize(
    "change",
    [
        {"event": "launched"},
        {"event": "custom:"},
        {"event": 7},
        {"event": None},
        {"event": "custom:" + "x" * 99},
        {"sessionId": None},
        {"sessionId": 5},
        {"sessionId": ["a"]},
        {"timestamp": None},
        {"timestamp": "yesterday"},
        {"timestamp": 1711893900},
        {"timestamp": "2026-13-45T00:00:00Z"},
        {"metadata": "x"},
        {"metadata": []},
    ],
)
def test_d06_track_refuses_what_it_cannot_read(acme, change):
    assert code_of(Door(acme).post("track", TRACKED | change)) == (400, "invalid_request")
    assert WidgetEvent.objects.count() == 0


def test_d06_track_ignores_fields_it_does_not_know(acme):
    assert Door(acme).post("track", TRACKED | {"colour": "red"}).status_code == 200


MALFORMED = {
    "nothing": b"",
    "no json": b"sessionId=test_session",
    "cut off": b'{"sessionId": "test_session"',
    "a list": b"[]",
    "a text": b'"text"',
    "null": b"null",
    "a number": b"NaN",
    "not utf-8": b'{"sessionId": "\xff"}',
    "a lone surrogate": b'{"sessionId": "test_session", "event": "\\ud800"}',
    "deep": b"[" * 60_000,
    "nul": json.dumps(TRACKED | {"sessionId": "a\0b"}).encode(),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_s08_malformed_bodies_are_400(acme, body):
    assert code_of(Door(acme).post("track", body)) == (400, "invalid_request")
    assert WidgetEvent.objects.count() == 0


def test_s08_a_body_over_64_kib_is_413(acme):
    body = json.dumps(TRACKED | {"metadata": {"padding": "x" * 65536}})
    assert code_of(Door(acme).post("track", body)) == (413, "payload_too_large")
    assert code_of(Door(acme).post("track", b"x" * 1_000_000)) == (413, "payload_too_large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"]
)
def test_s08_other_content_types_are_415(acme, content_type):
    response = Door(acme).post("track", json.dumps(TRACKED), content_type=content_type)
    assert code_of(response) == (415, "unsupported_media_type")


def test_s08_a_charset_does_no_harm(acme):
    assert Door(acme).post("track", TRACKED, content_type="application/json; charset=utf-8").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("post", "config"), ("get", "track"), ("delete", "messages"), ("put", "track")]
)
def test_s08_other_methods_are_405(acme, method, path):
    door = Door(acme)
    response = getattr(door.client, method)(door.url(path), headers=door.headers())
    assert code_of(response) == (405, "method_not_allowed")
    assert response["Allow"]


def test_s08_unknown_addresses_are_404_in_json(acme):
    assert code_of(Door(acme).get("nothing")) == (404, "not_found")


def test_s08_html_is_not_to_be_had(acme):
    assert code_of(Door(acme).get("config", Accept="text/html")) == (406, "not_acceptable")


def test_d06_voice_without_a_number(acme):
    assert code_of(Door(acme).post("voice/start", {"sessionId": "test_session"})) == (404, "voice_not_configured")


def test_d06_voice_with_a_number(acme, globex):
    WidgetSettings.objects.create(tenant=acme.tenant, voice_number="+44 20 7946 0018")
    door = Door(acme)
    answer = {"success": True, "assistantId": str(acme.assistant.pk), "phoneNumber": "+44 20 7946 0018"}
    assert door.post("voice/start", {"sessionId": "test_session"}).json() == answer | {"conversationId": None}
    conversation = _talk(acme)
    stranger = {"sessionId": "test_session", "assistantId": str(globex.assistant.pk)}
    assert door.post("voice/start", stranger).json() == answer | {"conversationId": str(conversation.pk)}
    assert code_of(door.post("voice/start", {"sessionId": ""})) == (400, "invalid_request")


def test_track_keeps_the_kinds_of_events_few(acme):
    from tracking import services

    for number in range(services.MAX_NAMES + 5):
        services.record_widget_event(tenant_id=acme.tenant.pk, event=f"custom:{number}")
    assert WidgetEvent.objects.count() == services.MAX_NAMES + 1
    assert WidgetEvent.objects.get(event=services.OTHER).count == 5
