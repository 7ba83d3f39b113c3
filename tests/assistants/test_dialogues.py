"""Saved dialogues: written by hand, taken from real conversations, and their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants.dialogues import book
from assistants.models import (
    Assistant,
    Dialogue,
    DialogueResult,
)
from tenants.database import close_connections
from tests import factories
from tests.assistants.editing import save_draft
from tests.assistants.rehearsing import make, run_all, texts, url, written
from tests.world import Company, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def database_threads_end(settings) -> Iterator[None]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    yield
    close_connections()


@pytest.fixture
def admin(acme: Company) -> Client:
    return signed_in(acme.admin)


def test_b07_a_dialogue_is_written_by_hand_and_changed(admin: Client, acme: Company) -> None:
    data = written(
        ("When are you open?", [("contains", " from  nine ", "people"), ("held", "ignored", "people")]),
        ("", [("contains", "", "people")]),
        ("A human please", [("routes_to", "ignored", "people")]),
        assistant=acme.assistant.pk,
    )
    assert admin.post(url("dialogue_create", acme.assistant.pk), data).status_code == 302

    dialogue = Dialogue.objects.get()
    assert dialogue.created_by == acme.admin.user
    assert [(turn["says"], turn["checks"]) for turn in dialogue.turns] == [
        ("When are you open?", [{"kind": "contains", "value": "from nine"}, {"kind": "held", "value": ""}]),
        ("A human please", [{"kind": "routes_to", "value": "people"}]),
    ]
    page = texts(admin.get(url("dialogue", dialogue.pk)))
    assert "A human please</textarea>" in page
    admin.post(url("dialogue", dialogue.pk), written(("Hi", []), assistant=acme.assistant.pk, name="Shorter"))
    dialogue.refresh_from_db()
    assert (dialogue.name, len(dialogue.turns)) == ("Shorter", 1)
    admin.post(url("dialogue_removal", dialogue.pk))
    assert not Dialogue.objects.exists()


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ([], "Write what the visitor says first"),
        ([("", [("contains", "x", "people")])], "Turn 1: write what the visitor says"),
        ([("x" * 4001, [])], "at most 4,000 characters"),
        ([("Hi", [("contains", "x" * 301, "people")])], "at most 300 characters"),
        ([("Hi", [("guess", "x", "people")])], "choose what to check"),
        ([("Hi", [("routes_to", "", "someone else")])], "choose who should answer"),
        ([("Hi", [("contains", "x", "people")] * 11)], "at most 10 checks"),
        ([(f"Hi {n}", []) for n in range(21)], "A dialogue has at most 20"),
    ],
)
def test_b07_what_is_wrong_with_a_dialogue_is_said(admin: Client, acme: Company, turns: list[Any], words: str) -> None:
    page = admin.post(url("dialogue_create", acme.assistant.pk), written(*turns, assistant=acme.assistant.pk))
    assert page.status_code == 422
    assert words in texts(page)
    assert not Dialogue.objects.exists()


def test_b07_there_are_only_so_many(admin: Client, acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "DIALOGUES_MOST", 1)
    make(acme)
    page = admin.post(url("dialogue_create", acme.assistant.pk), written(("Hi", []), assistant=acme.assistant.pk))
    assert "There are 1 dialogues already" in texts(page)


def test_b07_a_real_conversation_becomes_a_dialogue_without_its_visitor(admin: Client, acme: Company) -> None:
    contact = factories.make_contact(acme.tenant, name="Vera Visitor", email="vera@customer.example")
    conversation = factories.make_conversation(acme.tenant, said="I am Vera, vera@customer.example", contact=contact)
    for author, body in (
        ("assistant", "Hello Vera. Anything else?"),
        ("visitor", "Call me at +44 20 7946 0958"),
        ("agent", "I am a person."),
        ("visitor", "Thanks, person"),
    ):
        factories.make_message(conversation, body, author=author)
    here = url("dialogue_of", conversation.pk)
    assert here in texts(admin.get(reverse("conversations:conversation", args=[conversation.pk])))

    page = texts(admin.get(here))
    for gone in ("vera@customer.example</textarea>", "7946 0958</textarea>", "Thanks, person", "I am a person."):
        assert gone not in page
    assert "I am Alex Example, visitor@example.com</textarea>" in page
    assert "It said then:</b> Hello Alex Example." in page
    assert "3 personal details replaced" in page
    assert "I am Vera, vera@customer.example</textarea>" in texts(admin.get(f"{here}?as_it_was"))
    assert not Dialogue.objects.exists()

    admin.post(here, written(("I am Alex", [("contains", "hello", "people")]), assistant=acme.assistant.pk))
    assert Dialogue.objects.get().turns[0]["says"] == "I am Alex"
    agents = texts(signed_in(acme.agent).get(reverse("conversations:conversation", args=[conversation.pk])))
    assert here not in agents


def test_b07_anothers_dialogues_are_not_there(acme: Company, globex: Company) -> None:
    dialogue = make(acme)
    run = run_all(acme)
    result = DialogueResult.objects.get()
    pages = [
        url("dialogues", acme.assistant.pk), url("dialogue_create", acme.assistant.pk), url("dialogue", dialogue.pk),
        url("run", run.pk), url("result", result.pk), url("dialogue_of", acme.conversation.pk),
    ]  # fmt: skip
    acts = [
        url("run_create", acme.assistant.pk), url("draft_run", acme.assistant.pk), url("run_stop", run.pk),
        url("dialogue_removal", dialogue.pk), url("dialogue_blocking", acme.assistant.pk),
    ]  # fmt: skip
    stranger, manager = signed_in(globex.admin), signed_in(acme.manager)
    assert {stranger.get(page).status_code for page in pages} == {404}
    assert {stranger.post(act).status_code for act in acts} == {404}
    assert {manager.get(page).status_code for page in pages} == {403}
    theirs = {"assistant": str(acme.assistant.pk)}
    page = stranger.post(url("dialogue_create", globex.assistant.pk), written(("Hi", []), **theirs))
    assert page.status_code == 422
    mine = url("run_create", globex.assistant.pk)
    assert stranger.post(mine, {"dialogue": str(dialogue.pk)}).status_code == 404
    assert stranger.post(mine, {"dialogue": "nonsense"}).status_code == 404


def test_b07_pages_ask_the_database_as_often_for_three_as_for_one(admin: Client, acme: Company) -> None:
    def count(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(page).status_code == 200
        return len(queries)

    save_draft(admin, acme.assistant, greeting="Hello")
    make(acme, "One")
    pages = [url("dialogues", acme.assistant.pk), url("publication", acme.assistant.pk)]
    first = run_all(acme)
    with_one = [count(page) for page in [*pages, url("run", first.pk)]]
    for name in ("Two", "Three"):
        make(acme, name)
    assert [count(page) for page in [*pages, url("run", run_all(acme).pk)]] == with_one


def test_b07_an_empty_list_says_what_dialogues_are_for(admin: Client, acme: Company) -> None:
    page = texts(admin.get(url("dialogues", acme.assistant.pk)))
    assert "No dialogue yet" in page
    assert re.search(r"Save as a dialogue", page)
    done = admin.post(url("run_create", acme.assistant.pk), follow=True)
    assert "There is no dialogue to run yet" in texts(done)
    Assistant.objects.all().delete()
    none = admin.get(url("dialogue_of", acme.conversation.pk), follow=True)
    assert "Add an assistant first" in texts(none)
