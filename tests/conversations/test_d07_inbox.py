"""D7: the inbox's pages: what they show, in which order, and what they say when there is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import transcript
from tests import factories
from tests.conversations.reading import groups_of, lines_of, rows_of
from tests.factories import make_contact, make_conversation, make_message
from tests.reading import words_of
from tests.world import Company, bearer, signed_in


def test_d07_what_needs_somebody_stands_on_top(acme: Company):
    now = timezone.now()
    today = acme.conversation
    waiting = make_conversation(
        acme.tenant,
        last_message_at=now - timedelta(days=2),
        attention="asked_for_person",
        attention_at=now - timedelta(hours=3),
    )
    older = make_conversation(acme.tenant, last_message_at=now - timedelta(days=1))
    page = signed_in(acme.agent).get("/inbox")
    assert rows_of(page) == [str(waiting.pk), str(today.pk), str(older.pk)]
    assert groups_of(page) == ["Needs attention", "Today", "Yesterday"]
    assert "Asked for a person, 3 h ago" in words_of(page)


def test_d07_tabs_and_search_narrow_the_list(acme: Company):
    mine = make_conversation(acme.tenant, assigned_to=acme.agent.user, said="Where is lock fourteen?")
    closed = make_conversation(acme.tenant, status="closed", closed_at=timezone.now())
    browser = signed_in(acme.agent)
    assert set(rows_of(browser.get("/inbox"))) == {str(acme.conversation.pk), str(mine.pk)}
    assert rows_of(browser.get("/inbox?assigned_to=me")) == [str(mine.pk)]
    assert rows_of(browser.get("/inbox?status=closed")) == [str(closed.pk)]
    assert rows_of(browser.get("/inbox?q=fourt")) == [str(mine.pk)]
    assert rows_of(browser.get("/inbox/rows?q=fourt")) == [str(mine.pk)]
    assert "Nothing found for “zebra”." in words_of(browser.get("/inbox?q=zebra"))
    assert "Open 2" in words_of(browser.get("/inbox"))


@pytest.mark.parametrize("query", ["status=x", "from=x", "q=a%00b", "page=x", "page=-1", "page=99999", "assigned_to=x"])
def test_d07_senseless_queries_show_the_list(acme: Company, query):
    assert rows_of(signed_in(acme.owner).get(f"/inbox?{query}")) == [str(acme.conversation.pk)]


def test_d07_long_lists_come_in_pages(acme: Company):
    for _ in range(54):
        make_conversation(acme.tenant)
    browser = signed_in(acme.owner)
    first, second = browser.get("/inbox"), browser.get("/inbox?page=2")
    assert (len(rows_of(first)), len(rows_of(second))) == (50, 5)
    assert not set(rows_of(first)) & set(rows_of(second))


def test_d07_nothing_yet_shows_the_way(client, db):
    empty = factories.make_tenant("Empty")
    admin = factories.make_member(empty, "admin")
    agent = factories.make_member(empty, "agent")
    page = signed_in(admin).get("/inbox")
    assert "No conversations yet" in words_of(page)
    assert "/settings/widget?tab=install" in page.content.decode()
    assert "/settings/widget" not in signed_in(agent).get("/inbox/rows").content.decode()


def test_d07_a_conversation_shows_all_its_parts(acme: Company):
    contact = make_contact(
        acme.tenant, name="Marit Halvorsen", email="marit@fjord.example", phone="+47 55", company="Fjord"
    )
    opened = make_conversation(
        acme.tenant, contact=contact, said="Is it free?", page_url="https://acme.example/boats", page_title="Boats"
    )
    make_message(
        opened,
        "Yes.",
        author="assistant",
        author_name="Ada",
        sources=[{"title": "Fleet", "url": ""}, {"title": "Bad", "url": "javascript:alert(1)"}],
    )
    make_message(opened, "Not sure.", author="assistant", author_name="Ada", state="held")
    page = signed_in(acme.agent).get(f"/inbox/{opened.pk}")
    words = words_of(page)
    for part in ("Is it free?", "Yes.", "Fleet", "Held for review", "marit@fjord.example", "+47 55", "Fjord", "Boats"):
        assert part in words
    assert "Ada answers" in words
    assert "When you reply, Ada stops answering" in words
    assert "javascript:" not in page.content.decode()


def test_d07_what_visitors_write_stays_text(acme: Company):
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    opened = make_conversation(
        acme.tenant,
        contact=make_contact(acme.tenant, name=evil, company=evil, email=""),
        said=evil,
        page_url="javascript:alert(1)",
        page_title=evil,
    )
    body = signed_in(acme.agent).get(f"/inbox/{opened.pk}").content.decode()
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert 'href="javascript:' not in body


def test_d07_long_transcripts_come_piece_by_piece(acme: Company):
    now = timezone.now()
    made = [make_message(acme.conversation, f"Line {n}", created_at=now + timedelta(seconds=n)) for n in range(80)]
    browser, url = signed_in(acme.agent), f"/inbox/{acme.conversation.pk}"
    page = browser.get(url)
    assert lines_of(page) == [str(one.pk) for one in made[-50:]]
    assert "Earlier messages" in words_of(page)
    earlier = browser.get(f"{url}/messages?before={made[30].pk}")
    assert lines_of(earlier)[1:] == [str(one.pk) for one in made[:30]]
    assert "Earlier messages" not in words_of(earlier)
    after = browser.get(f"{url}/messages?after={made[77].pk}")
    assert lines_of(after) == [str(made[78].pk), str(made[79].pk)]


def test_d07_the_page_knows_how_many_lines_may_be_all_of_them():
    script = settings.BASE_DIR / "static" / "js" / "inbox" / "thread.js"
    assert f"const WINDOW = {transcript.WINDOW};" in script.read_text()


@pytest.mark.parametrize("query", ["after=x", "before=x", "after=01a202fb-0000-7000-8000-000000000000"])
def test_d07_unknown_messages_are_not_found(acme: Company, query):
    assert signed_in(acme.agent).get(f"/inbox/{acme.conversation.pk}/messages?{query}").status_code == 404


def test_d07_a_row_comes_alone_or_not_at_all(acme: Company):
    browser, url = signed_in(acme.agent), f"/inbox/rows/{acme.conversation.pk}"
    row = browser.get(url)
    assert rows_of(row) == [str(acme.conversation.pk)]
    assert row.content.decode().strip() in browser.get("/inbox/rows").content.decode()
    assert browser.get(f"{url}?status=closed").status_code == 204
    assert browser.get(f"{url}?q=zebra").status_code == 204


@pytest.mark.parametrize("url", ["/inbox", "/inbox/rows", "/inbox/{}", "/inbox/{}/panes", "/api/conversations"])
def test_d07_cost_does_not_grow_with_the_rows(client, acme: Company, url):
    browser = signed_in(acme.owner)
    headers = bearer(acme.owner) if url.startswith("/api") else {}

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url.format(acme.conversation.pk), headers=headers).status_code == 200
        return len(queries)

    cost()
    one = cost()
    for wanted in (3, 30):
        while acme.conversation.messages.count() < wanted:
            made = make_conversation(acme.tenant, assigned_to=factories.make_member(acme.tenant).user)
            make_message(made, "Answer", author="agent", author_name="Rhys")
            make_message(acme.conversation, "More", author="assistant", author_name="Ada")
        assert cost() == one
    assert one <= 13
