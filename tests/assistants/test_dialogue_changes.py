"""Saved dialogues run by themselves after changes, and with a draft before it is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assistants import policies, roster
from assistants.dialogues import book, watch
from assistants.dialogues.tasks import play_dialogues, watch_dialogues
from assistants.knowledge import add_source
from assistants.models import (
    DialogueRun,
    DialogueWatch,
    KnowledgeDocument,
    KnowledgeSource,
    RoutingRule,
)
from tenants.database import close_connections
from tests.assistants.editing import mark_of, publish, save_draft
from tests.assistants.models import give_model
from tests.assistants.rehearsing import make, texts, url
from tests.assistants.tooling import allow
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


def test_b07_the_draft_is_tried_before_it_is_published(
    admin: Client, acme: Company, openai_double: OpenAIDouble
) -> None:
    assistant = give_model(acme, openai_double, "double-echo")
    make(acme, "Echo", ("Hello", [{"kind": "contains", "value": "hello"}]))
    calm()
    fields = {"model": "double-echo", "provider_key": assistant.provider_key_id, "base_url": openai_double.url}
    save_draft(admin, assistant, prompt="Drafted words.", **fields)
    here = url("publication", assistant.pk)
    page = texts(admin.get(here))
    assert "1 of 1 dialogues haven’t been run with this draft" in page
    assert f'hx-post="{url("draft_run", assistant.pk)}" hx-trigger="load"' in page, "they are run at once"

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
