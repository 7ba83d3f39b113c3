"""Passages that are found by their meaning: made in the worker, merged with those found by words, and never missed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from assistants import budget, knowledge, prices, trials, vectors
from assistants.embedding_tasks import embed_passages
from assistants.models import Assistant, BudgetPeriod, KnowledgeChunk, ProviderKey
from assistants.providers.base import Passage
from assistants.retrieval import merged
from assistants.vectors import Near
from tenants.database import close_connections
from tests.assistants.businesses import ask_about
from tests.assistants.models import answered, call, give_model, run
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company, bearer, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "Where do I leave my automobile?"


@pytest.fixture(autouse=True)
def _allowed(settings) -> Iterator[None]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    prices.forget()
    yield
    prices.forget()
    close_connections()


@pytest.fixture
def company(acme: Company, openai_double: OpenAIDouble) -> Company:
    """Asks the double, and knows where cars go."""
    give_model(acme, openai_double)
    ask_about(acme.tenant, "Car park", "Leave your car behind the barn.")
    ask_about(acme.tenant, "Opening hours", "We open at nine on every day.")
    return acme


def asked(double: OpenAIDouble, path: str) -> list[dict]:
    return [c.body for c in double.calls if c.path == f"/v1/{path}"]


def told(double: OpenAIDouble) -> str:
    """What the model was given to answer from."""
    return asked(double, "chat/completions")[-1]["messages"][0]["content"]


def test_d12_a_model_is_told_what_lies_near_the_question(company: Company, openai_double: OpenAIDouble) -> None:
    answered(company, QUESTION)
    assert "behind the barn" not in told(openai_double)  # no word of the question stands there

    assert embed_passages() == 2
    assert set(KnowledgeChunk.objects.values_list("embedded_by", flat=True)) == {"text-embedding-3-small"}
    answered(company, QUESTION)
    assert "behind the barn" in told(openai_double)
    assert [body["input"] for body in asked(openai_double, "embeddings")][-1] == [QUESTION]
    assert embed_passages() == 0


def test_b06_the_playground_finds_by_meaning_as_live(company: Company, openai_double: OpenAIDouble) -> None:
    embed_passages()
    draft = Assistant.objects.select_related("provider_key").get(pk=company.assistant.pk)
    draft.name = "Bob"
    run(lambda: trials.say(QUESTION, tenant=company.tenant, standing=trials.Standing(), draft=draft, asks=draft.pk))
    assert "behind the barn" in told(openai_double)


def test_d12_a_changed_text_gets_a_new_vector(company: Company, openai_double: OpenAIDouble) -> None:
    embed_passages()
    source = company.tenant
    changed = knowledge.add_source(tenant=source, kind="text", title="Pets", body="No dogs.", language="english")
    assert embed_passages() == 1
    knowledge.change_source(source=changed, body="Dogs are welcome.")
    assert embed_passages() == 1
    answered(company, "May I bring my puppy?")
    assert "welcome" in told(openai_double)


def test_d12_a_key_may_name_its_own_model(company: Company, openai_double: OpenAIDouble) -> None:
    embed_passages()
    ProviderKey.objects.update(embedding_model="our-own")
    assert embed_passages() == 2
    assert asked(openai_double, "embeddings")[-1]["model"] == "our-own"


@pytest.mark.parametrize("model", ["double-404", "double-500", "double-garbage", "double-429"])
def test_d12_a_server_without_embeddings_is_left_alone(
    company: Company, openai_double: OpenAIDouble, model: str
) -> None:
    ProviderKey.objects.update(embedding_model=model)
    assert embed_passages() == 0
    assert embed_passages() == 0
    assert len(asked(openai_double, "embeddings")) == 1
    assert answered(company, "When do you open?").status == "answered"
    assert "open at nine" in told(openai_double)


def test_d12_a_slow_server_costs_a_moment_and_not_the_answer(company: Company, openai_double: OpenAIDouble) -> None:
    embed_passages()
    KnowledgeChunk.objects.update(embedded_by="double-slow-20s")
    ProviderKey.objects.update(embedding_model="double-slow-20s")
    began = time.monotonic()
    assert answered(company, "When do you open?").status == "answered"
    assert 1.4 < time.monotonic() - began < 8
    assert "open at nine" in told(openai_double)


def test_d12_without_the_extension_words_are_enough(company: Company, openai_double: OpenAIDouble, request) -> None:
    request.addfinalizer(vectors.make_column)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE assistants_knowledgechunk DROP COLUMN embedding")
    vectors.is_there.cache_clear()

    assert embed_passages() == 0
    answered(company, "When do you open?")
    assert "open at nine" in told(openai_double)
    assert not asked(openai_double, "embeddings")


def test_b08_vectors_are_paid_from_the_budget_and_never_beyond_it(
    company: Company, openai_double: OpenAIDouble
) -> None:
    budget.set_limits(company.tenant, micros=None, tokens=400)
    assert embed_passages() == 2
    used = BudgetPeriod.objects.get(tenant=company.tenant).tokens
    assert used == sum(len(text.split()) for body in asked(openai_double, "embeddings") for text in body["input"])

    budget.set_limits(company.tenant, micros=None, tokens=used + 10)
    ask_about(company.tenant, "Long", "word " * 100)
    assert embed_passages() == 0
    assert BudgetPeriod.objects.get(tenant=company.tenant).tokens == used


def test_d12_the_box_says_why_a_passage_was_found(company: Company) -> None:
    embed_passages()
    shown = call(signed_in(company.admin), "get", reverse("assistants:knowledge_found"), {"question": QUESTION})
    text = shown.content.decode()
    assert "Not answered" in text
    assert "No word of the question stands in it; its meaning is 0." in text
    shown = call(signed_in(company.admin), "get", reverse("assistants:knowledge_found"), {"question": "Are you open?"})
    assert "Shares “open” with the question" in shown.content.decode()
    found = call(Client(), "get", "/api/knowledge/search", {"q": QUESTION}, headers=bearer(company.admin)).json()
    assert (found["found"], found["passages"][0]["title"], found["passages"][0]["words"]) == (
        False,
        "Car park",
        ["leave"],
    )
    assert found["passages"][0]["closeness"] > 0.2


def test_d12_what_both_ways_find_comes_first() -> None:
    def near(text: str) -> Near:
        return Near("s", "Title", "", "", text, 0.9)  # type: ignore[arg-type]

    found = [Passage("one", "Title", source_id="s", score=0.8), Passage("two", "Title", source_id="s", score=0.6)]
    both = merged(found, [near("three"), near("two")])

    assert [(p.text, p.score, p.closeness) for p in both] == [("two", 0.6, 0.9), ("one", 0.8, 0), ("three", 0, 0.9)]
