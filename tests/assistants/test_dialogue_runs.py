"""Runs of saved dialogues: what came of them, and the workers that play them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assistants import budget
from assistants.dialogues import runner, runs
from assistants.dialogues.tasks import play_dialogues
from assistants.knowledge import add_source
from assistants.models import (
    BudgetPeriod,
    Dialogue,
    DialogueResult,
    DialogueRun,
    RoutingRule,
)
from conversations.models import Conversation, Message
from tenants.database import close_connections
from tenants.models import UsagePeriod
from tests import factories
from tests.assistants.businesses import ask_about
from tests.assistants.models import give_model
from tests.assistants.rehearsing import make, results, run_all, texts, url
from tests.assistants.tooling import allow, wants, wish
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Running, Worker, ring
from tests.waiting import wait_until
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


def test_b07_a_killed_worker_costs_no_dialogue(
    start: Callable[[Running], Running], acme: Company, openai_double: OpenAIDouble
) -> None:
    give_model(acme, openai_double)
    for name in "ABCDE":
        make(acme, name, ("Hello", [{"kind": "contains", "value": "hello"}]))
    run = runs.queue(assistant=acme.assistant, reason="by_hand")
    worker = start(Worker())
    openai_double.script(*[Behaviour()] * 2, *[Behaviour(latency=20)] * 3)
    ring(play_dialogues)
    wait_until(lambda: len(results(run)) == 2 and openai_double.in_flight, what="two are done and the rest is asked")
    worker.kill()
    DialogueRun.objects.update(lease_expires_at=timezone.now())  # what a minute and a half would do
    openai_double.reset()
    worker.start()
    ring(play_dialogues)

    wait_until(lambda: DialogueRun.objects.get().state == "done", seconds=60, what="the next worker did the rest")
    run.refresh_from_db()
    assert (run.passed, run.failed) == (5, 0)
    assert results(run) == dict.fromkeys("ABCDE", True)
