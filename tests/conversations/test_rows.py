"""What a row says: who has the conversation, who spoke last, which day it was."""

from __future__ import annotations

from datetime import date

import pytest

from conversations import inbox
from conversations.models import Conversation
from conversations.rows import row_of, say_day_group
from tests.factories import make_contact, make_conversation, make_message
from tests.world import Company


def row(conversation: Conversation, viewer):
    rows = inbox.with_last_author(Conversation.objects.for_inbox())
    return row_of(rows.get(pk=conversation.pk), viewer.user)


@pytest.mark.parametrize(
    ("fields", "kind", "words"),
    [
        ({}, "machine", "The assistant answers"),
        ({"attention": "no_answer_found"}, "machine", "The assistant answers"),
        ({"attention": "no_assistant"}, "nobody", "Waits for a person"),
        ({"attention": "people_only"}, "nobody", "Waits for a person"),
        ({"attention": "asked_for_person"}, "nobody", "Waits for a person"),
        ({"ai_paused": True}, "nobody", "Waits for a person"),
    ],
)
def test_who_has_it(acme: Company, fields, kind, words):
    holder = row(make_conversation(acme.tenant, **fields), acme.owner).holder
    assert (holder.kind, holder.words) == (kind, words)


def test_people_have_it_by_name(acme: Company):
    taken = make_conversation(acme.tenant, ai_paused=True, assigned_to=acme.agent.user)
    assert row(taken, acme.agent).holder.words == "You answer"
    assert row(taken, acme.owner).holder.words == "Agent of Acme answers"


def test_the_assistant_has_it_by_name(acme: Company):
    answered = make_conversation(acme.tenant, preview_author="assistant")
    make_message(answered, "Hello", author="assistant", author_name="Ada")
    shown = row(answered, acme.owner)
    assert (shown.holder.words, shown.said_by) == ("Ada answers", "Ada")


def test_who_spoke_last(acme: Company):
    answered = make_conversation(acme.tenant, preview_author="agent")
    make_message(answered, "Hello", author="agent", author_name="Rhys Llewellyn", author_user=acme.agent.user)
    assert row(answered, acme.agent).said_by == "You"
    assert row(answered, acme.owner).said_by == "Rhys"
    assert row(acme.conversation, acme.owner).said_by == ""


def test_visitors_without_a_name_can_be_told_apart(acme: Company):
    by_address = make_conversation(acme.tenant, contact=make_contact(acme.tenant, name="", email="v@x.example"))
    nobody = make_conversation(acme.tenant, contact=make_contact(acme.tenant, name="", email=""))
    assert row(by_address, acme.owner).name == "v@x.example"
    assert row(nobody, acme.owner).name == f"Visitor {nobody.pk.hex[-4:]}"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "Today"),
        (date(2026, 11, 21), "Yesterday"),
        (date(2026, 11, 16), "Monday"),
        (date(2026, 11, 15), "15 November"),
        (date(2025, 11, 22), "22 November 2025"),
    ],
)
def test_days_have_names(day, words):
    assert say_day_group(day, date(2026, 11, 22)) == words
