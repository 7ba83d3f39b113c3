"""D7, F5: search asks indexes, and what other tenants have said costs nobody anything."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import search
from conversations.models import Contact, Conversation, Message
from tests.factories import make_contact, make_conversation, make_message
from tests.world import Company, signed_in

WORDS = ("boat", "lock", "canal", "gate", "rope", "quay")


@pytest.fixture
def talkative(acme: Company) -> Company:
    """Acme with 3,000 messages and as many contacts."""
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            tenant=acme.tenant, conversation=acme.conversation, body=f"{word} {n}", author="visitor", created_at=now
        )
        for n in range(500)
        for word in WORDS
    )
    Contact.objects.bulk_create(
        Contact(tenant=acme.tenant, name=f"{word} {n}", email=f"{word}{n}@{word}.example")
        for n in range(500)
        for word in WORDS
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_message, conversations_contact")
    return acme


def scans(tenant: Company, words: str) -> dict[str, int]:
    """Which indexes this search asks, and how many entries each gives."""
    with CaptureQueriesContext(connection) as asked:
        search.matching(Conversation.objects.all(), tenant.tenant.pk, words)
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for query in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT json) {query['sql']}")
            plans = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]
            nodes = [plans[0][0]["Plan"]]
            while nodes:
                node = nodes.pop()
                nodes += node.get("Plans", [])
                found |= {node["Index Name"]: int(node["Actual Rows"])} if "Index Name" in node else {}
    return found


def test_f05_search_asks_the_indexes(talkative: Company) -> None:
    assert scans(talkative, "bittern") == {"message_words": 0, "contact_search": 0}
    assert scans(talkative, "canal 77") == {"message_words": 1, "contact_search": 1}


def test_f05_what_others_said_is_not_even_looked_at(talkative: Company, globex: Company) -> None:
    assert set(scans(globex, "canal 77").values()) == {0}


def test_d07_search_finds_more_than_it_can_name(talkative: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", 10)
    called = [
        make_conversation(talkative.tenant, contact=contact)
        for contact in Contact.objects.filter(name__contains="rope 3")
    ]
    assert len(called) > 10
    rows = search.matching(Conversation.objects.for_tenant(talkative.tenant), talkative.tenant.pk, "rope 3")
    assert set(rows) == {talkative.conversation, *called}


@pytest.mark.parametrize("words", ["feath", "l", "ll", "er\\", "o'n", "QUILL", "@fjord", "4 55", "Ł", "太郎", "😀"])
def test_d07_names_are_found_by_any_of_their_letters(acme: Company, words: str) -> None:
    contact = make_contact(
        acme.tenant, name="Quillfeather\\ O'Neill", email="q@fjord.example", phone="+44 55", company="Łódź 太郎 😀"
    )
    found = make_conversation(acme.tenant, contact=contact, said="-")
    page = signed_in(acme.owner).get("/inbox/rows", {"q": words})
    assert str(found.pk) in page.content.decode()


def test_d07_words_of_any_length_are_stored_and_found(acme: Company) -> None:
    make_message(acme.conversation, f"{'ä' * 1_020} {'🦆' * 500} {'w' * 5_000}")
    for word in ("ä" * 1_020, "ä" * 300):
        assert list(search.matching(Conversation.objects.all(), acme.tenant.pk, word)) == [acme.conversation]
