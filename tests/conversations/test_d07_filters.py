"""D7: the list of conversations, filtered and searched, over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation
from tests.factories import make_contact, make_conversation, make_message
from tests.world import Company, bearer

URL = "/api/conversations"


def ids(client, who, **query):
    answer = client.get(URL, query, headers=bearer(who))
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["conversations"]]


def test_d07_list_has_the_shape_of_the_contract(client, acme: Company):
    Conversation.objects.filter(pk=acme.conversation.pk).update(attention="asked_for_person", unread=2)
    answer = client.get(URL, headers=bearer(acme.owner)).json()
    contact = acme.conversation.contact
    assert {key: answer[key] for key in ("total", "limit", "offset")} == {"total": 1, "limit": 50, "offset": 0}
    row = answer["conversations"][0]
    assert row["id"] == str(acme.conversation.pk)
    assert row["channel"] == "widget"
    assert row["status"] == "open"
    assert row["contact_data"] == {"name": contact.name, "email": contact.email, "phone": "", "company": ""}
    assert row["started_at"].endswith("Z")
    assert (row["qualified"], row["assigned_to"], row["needs_attention"], row["unread"]) == (False, None, True, 2)


def test_d07_last_written_comes_first(client, acme: Company):
    now = timezone.now()
    older = make_conversation(acme.tenant, last_message_at=now - timedelta(hours=1))
    newer = make_conversation(acme.tenant, last_message_at=now + timedelta(minutes=1))
    assert ids(client, acme.owner) == [str(newer.pk), str(acme.conversation.pk), str(older.pk)]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"status": "closed"}, "closed"),
        ({"qualified": "true"}, "qualified"),
        ({"assigned_to": "me"}, "mine"),
        ({"from": "2026-03-01", "to": "2026-03-31"}, "march"),
        ({"from": "2026-03-31T21:59:00Z", "to": "2026-03-31T23:00:00Z"}, "march"),
    ],
)
def test_d07_filters(client, acme: Company, query, shown):
    march = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    rows = {
        "closed": make_conversation(acme.tenant, status="closed"),
        "qualified": make_conversation(acme.tenant, qualified=True),
        "mine": make_conversation(acme.tenant, assigned_to=acme.owner.user),
        "march": make_conversation(acme.tenant, started_at=march, last_message_at=march),
    }
    assert ids(client, acme.owner, **query) == [str(rows[shown].pk)]


def test_d07_filters_by_person_and_by_nobody(client, acme: Company):
    theirs = make_conversation(acme.tenant, assigned_to=acme.agent.user)
    assert ids(client, acme.owner, assigned_to=str(acme.agent.user_id)) == [str(theirs.pk)]
    assert ids(client, acme.owner, assigned_to="none") == [str(acme.conversation.pk)]


def test_d07_a_bare_date_is_a_day_of_the_tenant(client, acme: Company):
    acme.tenant.timezone = "America/New_York"
    acme.tenant.save()
    late = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # still 31 March in New York
    row = make_conversation(acme.tenant, started_at=late)
    assert ids(client, acme.owner, **{"from": "2026-03-31", "to": "2026-03-31"}) == [str(row.pk)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "asleep"}, "status"),
        ({"channel": "fax"}, "channel"),
        ({"qualified": "perhaps"}, "qualified"),
        ({"assigned_to": "somebody"}, "assigned_to"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"to": "0001-01-01T00:00:00+14:00"}, "to"),
        ({"q": "x" * 201}, "q"),
        ({"q": "nul\0byte"}, "q"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"offset": "99999999999999999999"}, "offset"),
    ],
)
def test_d07_senseless_filters_are_named(client, acme: Company, query, field):
    answer = client.get(URL, query, headers=bearer(acme.owner))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "invalid_request"
    assert list(error["fields"]) == [field]
    assert error["message"].startswith(f"{field}: ")


def test_d07_limit_and_offset_cut_the_list(client, acme: Company):
    for _ in range(4):
        make_conversation(acme.tenant)
    everything = ids(client, acme.owner)
    answer = client.get(URL, {"limit": 2, "offset": 1}, headers=bearer(acme.owner)).json()
    assert [row["id"] for row in answer["conversations"]] == everything[1:3]
    assert (answer["total"], answer["limit"], answer["offset"]) == (5, 2, 1)


@pytest.mark.parametrize("words", ["HALVORSEN", "marit@", "55 01", "Sheds", "bitterns", "BITTERN moor", "moor bit"])
def test_d07_search_finds_people_and_words(client, acme: Company, words):
    contact = make_contact(
        acme.tenant, name="Marit Halvorsen", email="marit@fjord.example", phone="+47 55 01 23", company="Boat Sheds"
    )
    found = make_conversation(acme.tenant, contact=contact, said="Hello there")
    make_message(found, "Where may the Bitterns be moored?")
    assert ids(client, acme.owner, q=words) == [str(found.pk)]


@pytest.mark.parametrize("words", ["'", "\\", "zq & | !", ":*", "<->", "???", "((", "%", "_", "it's:* & b\\"])
def test_d07_search_takes_any_signs(client, acme: Company, words):
    assert ids(client, acme.owner, q=words) == []


def test_d07_search_stays_in_the_tenant(client, acme: Company, globex: Company):
    make_message(globex.conversation, "the secret word is xylophone")
    assert ids(client, acme.owner, q="xylophone") == []
    assert ids(client, globex.owner, q="xylophone") == [str(globex.conversation.pk)]


def test_d07_an_agent_sees_own_and_unassigned_only(client, acme: Company):
    own = make_conversation(acme.tenant, assigned_to=acme.agent.user)
    make_conversation(acme.tenant, assigned_to=acme.manager.user)
    assert set(ids(client, acme.agent)) == {str(own.pk), str(acme.conversation.pk)}
    assert len(ids(client, acme.manager)) == 3
