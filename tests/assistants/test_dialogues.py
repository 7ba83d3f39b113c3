"""Saved dialogues: written, taken from real conversations, run on demand and by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assistants import budget, policies, roster
from assistants.dialogues import book, desk, runner, runs, watch
from assistants.dialogues.tasks import play_dialogues, watch_dialogues
from assistants.knowledge import add_source
from assistants.models import (
    Assistant,
    BudgetPeriod,
    Dialogue,
    DialogueResult,
    DialogueRun,
    DialogueWatch,
    KnowledgeDocument,
    KnowledgeSource,
    RoutingRule,
)
from conversations.models import Conversation, Message
from tenants.database import close_connections
from tenants.models import UsagePeriod
from tests import factories
from tests.assistants.businesses import ask_about
from tests.assistants.editing import mark_of, publish, save_draft
from tests.assistants.models import give_model
from tests.assistants.tooling import allow, wants, wish
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
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


def url(name: str, *more: object) -> str:
    return reverse(f"assistants:{name}", args=more)


def texts(page) -> str:
    return page.content.decode()


def make(
    company: Company, name: str = "Opening hours", *turns: tuple[str, list[dict[str, str]]], **more: Any
) -> Dialogue:
    """A stored dialogue; one that passes where nothing else is said."""
    given = turns or (("When are you open?", [{"kind": "contains", "value": "from nine"}]),)
    written = [{"says": says, "was": "", "checks": checks} for says, checks in given]
    values = {"name": name, "routed": False, "turns": written, **more}
    return book.add_dialogue(assistant=company.assistant, by=company.admin.user, **values)


def run_all(company: Company, **more: Any) -> DialogueRun:
    """Ask for a run and let the worker's task do it."""
    run = desk.run_now(assistant=company.assistant, by=company.admin.user, **more)
    play_dialogues()
    run.refresh_from_db()
    return run


def results(run: DialogueRun) -> dict[str, bool]:
    return dict(DialogueResult.objects.filter(run=run).values_list("dialogue__name", "passed"))


def written(*turns: tuple[str, list[tuple[str, str, str]]], **fields: Any) -> dict[str, Any]:
    """A dialogue's form as a browser sends it."""
    data: dict[str, Any] = {"name": "Written", **fields, "turn": [str(n) for n in range(len(turns))]}
    for number, (says, checks) in enumerate(turns):
        data[f"says.{number}"] = says
        for part, at in (("kind", 0), ("value", 1), ("whom", 2)):
            data[f"{part}.{number}"] = [check[at] for check in checks]
    return data


# --- Writing ----------------------------------------------------------------------------------------------------------
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


# --- Running ----------------------------------------------------------------------------------------------------------
def test_b07_dialogues_are_run_and_show_what_held_and_what_did_not(admin: Client, acme: Company) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine.")
    make(acme)
    make(
        acme,
        "Several",
        ("when are you open", [{"kind": "cites", "value": "When are you open?"}, {"kind": "lacks", "value": "nine"}]),
        ("I want to talk to a human", [{"kind": "routes_to", "value": "people"}]),
    )
    before = [model.objects.count() for model in (Conversation, Message, UsagePeriod)]

    run = run_all(acme)
    assert (run.state, run.passed, run.failed) == ("done", 1, 1)
    assert results(run) == {"Opening hours": True, "Several": False}
    assert [model.objects.count() for model in (Conversation, Message, UsagePeriod)] == before

    page = texts(admin.get(url("run", run.pk)))
    assert page.index("Several") < page.index("Opening hours"), "what fails comes first"
    failed = DialogueResult.objects.get(dialogue__name="Several")
    page = texts(admin.get(url("result", failed.pk)))
    for words in ("From nine.", "It must not contain “nine”", "It must come from your team", "asked for by name"):
        assert words in page
    listed = texts(admin.get(url("dialogues", acme.assistant.pk)))
    assert "Fails" in listed
    assert "1 of 2 fails" in listed


def test_b07_what_changed_since_the_run_before_is_seen(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    give_model(acme, openai_double)
    make(acme, "Polite", ("Hello", [{"kind": "contains", "value": "pleased"}]))
    openai_double.script(Behaviour(text="Hello, pleased to meet you."))
    run_all(acme)
    openai_double.script(Behaviour(text="Hello, what do you want?"))

    second = run_all(acme)
    page = texts(admin.get(url("run", second.pk)))
    assert "Passed the time before" in page
    page = texts(admin.get(url("result", DialogueResult.objects.get(run=second).pk)))
    assert "<del>pleased" in page
    assert "Fails, and passed the time before" in page


def test_b07_a_new_visitor_goes_where_the_rules_send_them(acme: Company) -> None:
    cy = factories.make_assistant(acme.tenant, "Cy", is_default=False, is_default_chat=False)
    RoutingRule.objects.create(tenant=acme.tenant, name="Boats", keywords=["boat"], assistant=cy)
    turn = ("a boat please", [{"kind": "routes_to", "value": str(cy.pk)}])
    make(acme, "Routed", turn, routed=True)
    make(acme, "Asked for by name", turn)

    assert results(run_all(acme)) == {"Routed": True, "Asked for by name": False}


def test_b07_what_a_run_costs_is_taken_out_of_the_budget(acme: Company, openai_double: OpenAIDouble) -> None:
    give_model(acme, openai_double, max_tokens=20)
    budget.set_limits(acme.tenant, micros=10_000_000, tokens=None)
    make(acme, "Echo", ("Hello", [{"kind": "contains", "value": "hello"}]))

    run = run_all(acme)
    assert run.micros == BudgetPeriod.objects.get().micros > 0
    budget.set_limits(acme.tenant, micros=1, tokens=None)
    spent = run_all(acme)
    assert spent.failed == 1
    kept = DialogueResult.objects.get(run=spent).turns[0]["trace"]
    assert "AI budget is used up" in kept["problem"]


def test_b07_a_model_that_fails_makes_the_dialogue_fail(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    give_model(acme, openai_double, "double-no-credit")
    make(acme, "No checks at all", ("Hello", []))

    run = run_all(acme)
    assert run.failed == 1
    assert "no credit left" in texts(admin.get(url("result", DialogueResult.objects.get().pk)))


def test_b07_a_tool_that_must_be_called_is_seen_to_be_called(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    allow(give_model(acme, openai_double), search_knowledge=True)
    add_source(tenant=acme.tenant, kind="faq", title="Delivery", body="Five days.")
    must = [{"kind": "calls_tool", "value": "search_knowledge"}]
    make(acme, "Looks it up", ("How about Norway?", must), ("Thanks", must))
    openai_double.script(wants(wish("search_knowledge", {"query": "delivery"})), Behaviour(text="Five days."))

    run = run_all(acme)
    turns = DialogueResult.objects.get(run=run).turns
    assert [turn["checks"][0]["holds"] for turn in turns] == [True, False]
    page = texts(admin.get(url("result", DialogueResult.objects.get().pk)))
    assert "search_knowledge</code> query: delivery" in page
    assert "It called no tool." in page


# --- Workers ----------------------------------------------------------------------------------------------------------
def test_b07_a_run_is_held_by_one_worker_and_outlives_it(acme: Company) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine.")
    for name in ("One", "Two"):
        make(acme, name)
    run = runs.queue(assistant=acme.assistant, reason="by_hand")
    dead = runs.claim(run.pk)
    assert dead
    assert runs.claim(run.pk) is None
    assert runs.due() == []
    run.refresh_from_db()
    runs.keep_result(run, dead, Dialogue.objects.get(name="One"), passed=True)

    DialogueRun.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert play_dialogues() == 1
    run.refresh_from_db()
    assert (run.state, run.passed, run.failed) == ("done", 2, 0)
    with pytest.raises(runs.ClaimLost):
        runs.keep_result(run, dead, Dialogue.objects.get(name="Two"), passed=False)


def test_b07_a_run_that_ends_its_workers_is_given_up(acme: Company) -> None:
    make(acme)
    run = runs.queue(assistant=acme.assistant, reason="by_hand")
    for _ in range(runs.TRIES):
        assert runs.claim(run.pk)
        DialogueRun.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    assert play_dialogues() == 0
    run.refresh_from_db()
    assert run.state == "stopped"


def test_b07_a_long_run_is_done_in_slices(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine.")
    for name in "ABCDE":
        make(acme, name)
    monkeypatch.setattr(runner, "SLICE", 0.0)
    run = runs.queue(assistant=acme.assistant, reason="by_hand")
    play_dialogues()
    run.refresh_from_db()
    assert (run.state, run.lease_expires_at) == ("waiting", None)

    monkeypatch.setattr(runner, "SLICE", 60.0)
    play_dialogues()
    assert len(results(run)) == 5


def test_b07_a_run_is_stopped_and_asked_for_only_once(admin: Client, acme: Company) -> None:
    make(acme)
    first = runs.queue(assistant=acme.assistant, reason="by_hand")
    assert runs.queue(assistant=acme.assistant, reason="change") == first
    waiting = texts(admin.get(url("run", first.pk)))
    assert 'hx-trigger="every 1s"' in waiting

    admin.post(url("run_stop", first.pk))
    assert play_dialogues() == 0
    over = texts(admin.get(url("run", first.pk)))
    assert "Stopped" in over
    assert "every 1s" not in over
    assert runs.queue(assistant=acme.assistant, reason="change") != first


def test_b07_only_the_latest_runs_are_kept(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "KEPT", 2)
    make(acme)
    last = [run_all(acme) for _ in range(3)][-1]
    assert DialogueRun.objects.count() == 2
    assert DialogueRun.objects.filter(pk=last.pk).exists()


# --- By themselves ----------------------------------------------------------------------------------------------------
def calm() -> int:
    """Look, let it be calm for long enough, and look again."""
    watch_dialogues()
    DialogueWatch.objects.update(seen_at=timezone.now() - watch.CALM)
    return watch_dialogues()


def change_prompt(company: Company) -> None:
    company.assistant.prompt = "Be brief."
    roster.save_assistant(company.assistant)


def change_safety(company: Company) -> None:
    policies.save_lists(tenant=company.tenant, lists={"blocked_keywords": ["Globex"]})


def change_knowledge(company: Company) -> None:
    add_source(tenant=company.tenant, kind="faq", title="Do you deliver?", body="Yes.")


def change_tools(company: Company) -> None:
    allow(company.assistant, hand_over=True)


def change_routing(company: Company) -> None:
    RoutingRule.objects.create(tenant=company.tenant, name="Boats", keywords=["boat"], assistant=company.assistant)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (change_prompt, "a new version"),
        (change_knowledge, "the knowledge base"),
        (change_safety, "the safety lists"),
        (change_routing, "the routing rules"),
        (change_tools, "the tools"),
    ],
)
def test_b07_every_change_runs_the_dialogues_once_it_is_calm(acme: Company, change: Any, why: str) -> None:
    make(acme)
    assert calm() == 0, "nothing has changed yet"

    change(acme)
    assert watch_dialogues() == 0, "seen, and waited out"
    assert watch_dialogues() == 0
    assert calm() == 1
    assert calm() == 0
    run = DialogueRun.objects.get()
    assert (run.reason, run.why, run.values) == ("change", why, None)


def test_b07_a_site_that_is_read_page_by_page_makes_one_run(acme: Company) -> None:
    make(acme)
    calm()
    site = KnowledgeSource.objects.create(
        tenant=acme.tenant, kind="site", title="Our site", url="https://acme.example", status="reading"
    )
    for number in range(2):
        page = KnowledgeDocument.objects.create(tenant=acme.tenant, source=site, url=f"/{number}", digest=str(number))
        KnowledgeDocument.objects.filter(pk=page.pk).update(state="ready")
        assert calm() == 0, "it is still being read"

    KnowledgeSource.objects.update(status="ready")
    assert calm() == 1
    KnowledgeSource.objects.update(read_at=timezone.now(), round=2)
    assert calm() == 0, "read again, and nothing new"


def test_b07_one_tenants_change_runs_no_others_dialogues(acme: Company, globex: Company) -> None:
    make(acme)
    make(globex)
    calm()
    change_knowledge(acme)
    assert calm() == 1
    assert DialogueRun.objects.get().tenant == acme.tenant


# --- Before publishing ------------------------------------------------------------------------------------------------
def test_b07_the_draft_is_tried_before_it_is_published(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    assistant = give_model(acme, openai_double, "double-echo")
    make(acme, "Echo", ("Hello", [{"kind": "contains", "value": "hello"}]))
    calm()
    fields = {"model": "double-echo", "provider_key": assistant.provider_key_id, "base_url": openai_double.url}
    save_draft(admin, assistant, prompt="Drafted words.", **fields)
    here = url("publication", assistant.pk)
    assert "1 of 1 dialogues haven’t been run with this draft" in texts(admin.get(here))

    admin.post(url("draft_run", assistant.pk))
    assert "The dialogues are running with this draft" in texts(admin.get(here))
    play_dialogues()
    assert "Drafted words." in openai_double.calls[-1].body["messages"][0]["content"]
    assert "The dialogue passes" in texts(admin.get(here))
    publish(admin, assistant)
    assert calm() == 0, "what was tried as a draft isn't run again"


def test_b07_failing_dialogues_hold_up_publishing_until_they_are_named(admin: Client, acme: Company) -> None:
    fails = make(acme, "Greets", ("Hello", [{"kind": "contains", "value": "good day"}]))
    admin.post(url("dialogue_blocking", acme.assistant.pk), {"blocks": "on"})
    save_draft(admin, acme.assistant, greeting="Hello")
    admin.post(url("draft_run", acme.assistant.pk))
    play_dialogues()

    held = publish(admin, acme.assistant)
    assert held.status_code == 409
    page = texts(held)
    assert "Publish although “Greets” fails" in page
    acme.assistant.refresh_from_db()
    assert acme.assistant.greeting == ""

    other = make(acme, "Came later", ("Hello", []))
    late = publish(admin, acme.assistant, confirmed="on", despite=[str(fails.pk)])
    assert late.status_code == 409, "another one holds it up by now"
    assert "“Came later” wasn’t run" in texts(late)
    sure = publish(admin, acme.assistant, confirmed="on", despite=[str(fails.pk), str(other.pk)])
    assert sure.status_code == 302
    acme.assistant.refresh_from_db()
    assert acme.assistant.greeting == "Hello"


def test_b07_a_dialogue_that_was_changed_counts_as_not_run(admin: Client, acme: Company) -> None:
    dialogue = make(acme)
    save_draft(admin, acme.assistant, greeting="Hello")
    admin.post(url("draft_run", acme.assistant.pk))
    play_dialogues()
    book.change_dialogue(dialogue=dialogue, name="Another")

    assert "haven’t been run with this draft" in texts(admin.get(url("publication", acme.assistant.pk)))
    assert mark_of(admin.get(url("publication", acme.assistant.pk)))


# --- Pages ------------------------------------------------------------------------------------------------------------
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
