"""What stands around a call: substitutes, a tenant's share of the calls in flight, what admins learn of failures."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from assistants import prices, services, trials
from assistants.models import Assistant, ModelPrice, ProviderKey
from assistants.providers.breaker import OPENS_AFTER
from assistants.slots import slot
from assistants.trials import Standing
from tenants.database import close_connections
from tests import factories
from tests.assistants.models import SECRET, answered, give_key, give_model, receive, run
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def the_double_is_allowed(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("assistants.providers.openai.RETRY_SPREAD", 0.0)
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    prices.forget()
    yield
    prices.forget()
    close_connections()


def lend(company: Company, double: OpenAIDouble, model: str = "double-echo", **fields) -> Assistant:
    """Another assistant, on which the company's own falls back."""
    key = give_key(company, double, label="Second account", secret=f"{SECRET}-2")
    given = {"provider": "openai", "model": model, "provider_key": key, "is_default": False, "is_default_chat": False}
    lender = factories.make_assistant(company.tenant, "Lender", **given | fields)
    Assistant.objects.filter(pk=company.assistant.pk).update(fallback_assistant=lender)
    return lender


@pytest.mark.parametrize(
    "model", ["double-bad-key", "double-no-credit", "double-no-model", "double-503", "double-html"]
)
def test_d11_another_assistants_model_steps_in(acme: Company, openai_double: OpenAIDouble, model: str) -> None:
    assistant = give_model(acme, openai_double, model)
    lend(acme, openai_double)

    reply = answered(acme, "Are you there?")
    assert (reply.status, reply.text) == ("answered", "Are you there?")
    assert (reply.author_name, reply.assistant_id, reply.model) == (assistant.name, assistant.pk, "double-echo")
    assistant.refresh_from_db()
    assert assistant.failure  # the admins learn of it although visitors don't


def test_d11_the_other_model_steps_in_with_the_same_key(acme: Company, openai_double: OpenAIDouble) -> None:
    give_model(acme, openai_double, "double-no-model", fallback_model="double-echo")

    assert answered(acme).text == "Hello"
    assert [call.body["model"] for call in openai_double.calls] == ["double-no-model", "double-echo"]


def test_d11_with_a_key_that_is_refused_the_other_model_is_not_asked(
    acme: Company, openai_double: OpenAIDouble
) -> None:
    give_model(acme, openai_double, "double-bad-key", fallback_model="double-echo")

    reply = answered(acme)
    assert (reply.status, reply.reason) == ("no_reply", "provider_error")
    assert len(openai_double.calls) == 1


def test_d11_what_a_content_filter_stopped_no_other_model_answers(acme: Company, openai_double: OpenAIDouble) -> None:
    give_model(acme, openai_double, "double-filter", fallback_model="double-echo")
    lend(acme, openai_double)

    assert answered(acme).reason == "safety_blocked"
    assert len(openai_double.calls) == 1


@pytest.mark.parametrize("how", ["archived", "failing"])
def test_d11_a_substitute_that_cannot_help_leaves_the_first_reason(
    acme: Company, openai_double: OpenAIDouble, how: str
) -> None:
    give_model(acme, openai_double, "double-429-long")
    lend(acme, openai_double, **({"active": False} if how == "archived" else {"model": "double-bad-key"}))

    assert answered(acme).reason == "provider_rate_limited"


def test_d11_the_knowledge_base_can_step_in(acme: Company, openai_double: OpenAIDouble) -> None:
    give_model(acme, openai_double, "double-bad-key")
    lend(acme, openai_double, provider="knowledge", provider_key=None)

    reply = answered(acme, "When are you open?")
    assert (reply.status, reply.model) == ("answered", "knowledge")


def test_d11_while_the_breaker_is_open_the_substitute_answers_at_once(
    acme: Company, openai_double: OpenAIDouble
) -> None:
    give_model(acme, openai_double, "double-503")
    lend(acme, openai_double)
    received = [receive(acme) for _ in range(OPENS_AFTER + 1)]

    async def one_after_the_other():
        return [await services.answer(one, requested=None) for one in received]

    replies = run(one_after_the_other)
    assert {reply.text for reply in replies} == {"Hello"}
    asked = Counter(call.body["model"] for call in openai_double.calls)
    assert asked["double-503"] == OPENS_AFTER
    assert asked["double-echo"] == OPENS_AFTER + 1


def test_a_tenant_has_so_many_calls_at_once_and_others_have_theirs(
    acme: Company, globex: Company, openai_double: OpenAIDouble, settings
) -> None:
    settings.PROVIDER_CALLS_PER_TENANT = 3
    openai_double.latency = 0.3
    for company in (acme, globex):
        give_model(company, openai_double)
    received = [receive(company) for company in (acme, globex) for _ in range(5)]

    async def all_at_once():
        return await asyncio.gather(*(services.answer(one, requested=None) for one in received))

    replies = run(all_at_once)
    for of_one in (replies[:5], replies[5:]):
        outcomes = Counter((reply.status, reply.reason) for reply in of_one)
        assert outcomes == {("answered", ""): 3, ("no_reply", "provider_rate_limited"): 2}
    assert answered(acme).status == "answered"
    with slot(acme.tenant.pk), slot(acme.tenant.pk), slot(acme.tenant.pk):
        pass  # all have been given back


def test_d11_admins_see_the_last_failure_until_the_model_answers_again(
    acme: Company, openai_double: OpenAIDouble
) -> None:
    assistant = give_model(acme, openai_double, "double-no-credit")
    admin = signed_in(acme.admin)
    with bound_contextvars(request_id="request-of-the-visitor"):
        answered(acme)

    edit = reverse("assistants:edit", args=[assistant.pk])
    for url in (edit, reverse("assistants:list")):
        assert "no credit left. Check its billing page." in admin.get(url).content.decode()
    assert "request-of-the-visitor" in admin.get(edit).content.decode()
    Assistant.objects.update(model="double-echo")
    answered(acme)
    assert "no credit left" not in admin.get(edit).content.decode()


def test_d11_failures_are_written_once_a_minute(acme: Company, openai_double: OpenAIDouble) -> None:
    assistant = give_model(acme, openai_double, "double-no-credit")
    answered(acme)
    assistant.refresh_from_db()
    first = assistant.failure_at
    Assistant.objects.update(model="double-bad-key")
    answered(acme)
    assistant.refresh_from_db()
    assert (assistant.failure, assistant.failure_at) == ("no_credit", first)

    Assistant.objects.update(failure_at=timezone.now() - timedelta(seconds=61))
    answered(acme)
    assistant.refresh_from_db()
    assert assistant.failure == "bad_key"


def test_d11_a_trial_shows_the_failure_and_notes_none(acme: Company, openai_double: OpenAIDouble) -> None:
    assistant = give_model(acme, openai_double, "double-no-credit")
    lend(acme, openai_double)
    draft = Assistant.objects.select_related("provider_key").get(pk=assistant.pk)

    trace, _ = run(lambda: trials.say("Hello", tenant=acme.tenant, standing=Standing(), draft=draft, asks=draft.pk))
    assert "no credit left" in trace.problem
    assert trace.verdict == "failed"
    draft.refresh_from_db()
    assert draft.failure_at is None


def test_d11_a_key_that_cannot_be_opened_is_a_failure_like_others(acme: Company, openai_double: OpenAIDouble) -> None:
    assistant = give_model(acme, openai_double)
    other = give_key(acme, openai_double)
    ProviderKey.objects.filter(pk=assistant.provider_key_id).update(sealed=other.sealed)

    reply = answered(acme)
    assistant.refresh_from_db()
    assert (reply.status, reply.reason) == ("no_reply", "provider_not_configured")
    assert "Enter the key again" in assistant.failure_words
    assert SECRET not in assistant.failure_words


def test_b08_what_a_substitute_costs_is_kept_too(acme: Company, openai_double: OpenAIDouble) -> None:
    ModelPrice.objects.create(name="double-echo", input_price=0, output_price=1_000_000)
    give_model(acme, openai_double, "double-no-model", fallback_model="double-echo")

    assert answered(acme, "Two words").cost_micros == 2_000_000
