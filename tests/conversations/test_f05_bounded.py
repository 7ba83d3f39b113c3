"""F5: what a page costs doesn't grow with the rows: numbers and pages end somewhere, and say so."""

from __future__ import annotations

import pytest
from django.db import connection

from conversations import inbox, search
from tenants import paging
from tests.conversations.reading import rows_of
from tests.factories import make_contact, make_conversation
from tests.reading import words_of
from tests.world import Company, signed_in


@pytest.fixture
def few(acme: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Acme with 120 conversations where 60 are many."""
    monkeypatch.setattr(inbox, "COUNTED", 60)
    monkeypatch.setattr(paging, "AHEAD", 60)
    monkeypatch.setattr(paging, "REACH", 110)
    for _ in range(119):
        make_conversation(acme.tenant)
    return acme


def test_f05_the_inbox_counts_no_further_than_people_read(few: Company) -> None:
    browser = signed_in(few.owner)
    first = browser.get("/inbox")
    assert "Open 59+" in words_of(first)
    assert "1–50 of 60+" in words_of(first)
    assert browser.get("/inbox/counts").json() == {"open": "59+", "mine": 0, "unread": 60}


def test_f05_pages_lead_on_as_far_as_they_reach(few: Company) -> None:
    browser = signed_in(few.owner)
    pages = [browser.get(f"/inbox/rows?page={number}") for number in (1, 2, 3, 99)]
    assert "101–110 of 110+" in words_of(pages[2])
    seen = [row for page in pages[:3] for row in rows_of(page)]
    assert len(seen) == len(set(seen)) == 110
    assert rows_of(pages[3]) == rows_of(pages[2])


def test_f05_a_common_word_is_looked_for_in_the_latest_conversations(
    few: Company, globex: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 50)
    monkeypatch.setattr(search, "LATEST", (30, 70))
    make_conversation(few.tenant, contact=make_contact(few.tenant, name="Hello Kitty"), said="Meow")
    make_conversation(few.tenant, said="Hello again", assigned_to=few.manager.user)
    make_conversation(globex.tenant, said="Hello there")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_message")
    owners, agents = (signed_in(who).get("/inbox/rows?q=hello") for who in (few.owner, few.agent))
    assert "Hello Kitty" in words_of(owners)
    assert "1–50 of 60+" in words_of(owners)
    assert rows_of(owners)[2:] == rows_of(agents)[1:-1]
    assert "there" not in words_of(owners)
    later = signed_in(few.owner).get("/inbox/rows?q=hello&page=3")  # further than the latest lead
    assert "101–110 of 110+" in words_of(later)
