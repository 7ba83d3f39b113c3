"""A budget per tenant and month that is never overspent, and what an answer cost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants import budget, calls, prices, services
from assistants.models import Assistant, Budget, BudgetPeriod, ModelPrice
from assistants.prices import Price
from assistants.providers.base import Prompt, Said
from conversations import turns
from conversations.costs import cost_of
from conversations.models import Conversation, Message
from conversations.said import Reply, Withheld
from tenants.database import close_connections, in_database
from tenants.models import Role
from tests.assistants.models import answered, give_model, receive, run
from tests.doubles.openai_behaviours import Behaviour, error
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
CENT = Price(Decimal(10_000), Decimal(10_000))  # each token costs a cent: no rounding hides a mistake


@pytest.fixture(autouse=True)
def prices_are_read(settings) -> Iterator[None]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    prices.forget()
    yield
    prices.forget()
    close_connections()


def price(name: str, given: int = 10_000, told: int = 10_000) -> None:
    ModelPrice.objects.update_or_create(name=name, defaults={"input_price": given, "output_price": told})


def spent(company: Company) -> tuple[int, int]:
    found = BudgetPeriod.objects.for_tenant(company.tenant).values_list("micros", "tokens").first()
    return found or (0, 0)


def test_b08_200_turns_at_once_against_a_budget_for_50_spend_not_a_cent_more(
    acme: Company, openai_double: OpenAIDouble
) -> None:
    price("double")
    give_model(acme, openai_double, max_tokens=20, prompt="Be kind.")
    received = [receive(acme, f"Hello {number}") for number in range(200)]
    prompts = []
    ask = calls.ask

    async def overheard(assistant, prompt, **more):
        prompts.append(prompt)
        return await ask(assistant, prompt, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "ask", overheard)
        run(lambda: services.answer(received[0], requested=None))
    most = CENT.micros(budget.most_tokens(prompts[0]) + 2, 20)  # the longest number has two digits more
    limit = most * 50
    budget.set_limits(acme.tenant, micros=limit, tokens=None)
    openai_double.latency = 0.3  # so that all of them stand before the budget at once

    async def everybody():
        return await asyncio.gather(*(services.answer(one, requested=None) for one in received))

    replies = run(everybody)
    statuses = Counter((reply.status, reply.reason) for reply in replies)
    cost = sum(reply.cost_micros for reply in replies)
    assert set(statuses) == {("answered", ""), ("human", "escalated")}
    assert statuses["answered", ""] >= 50
    assert cost == spent(acme)[0] <= limit
    assert openai_double.most_in_flight <= 51


@pytest.mark.django_db
def test_b08_reserving_stops_at_the_limit_to_the_millionth(acme: Company) -> None:
    budget.set_limits(acme.tenant, micros=100, tokens=None)
    one = Price(Decimal(1), Decimal(1))

    kept = budget.reserve(acme.tenant.pk, price=one, tokens_in=30, tokens_out=40)
    assert spent(acme) == (70, 70)
    with pytest.raises(budget.BudgetSpent):
        budget.reserve(acme.tenant.pk, price=one, tokens_in=30, tokens_out=1)
    assert spent(acme) == (70, 70)
    budget.reserve(acme.tenant.pk, price=one, tokens_in=30, tokens_out=0)
    assert spent(acme) == (100, 100)
    budget.settle(kept, tokens_in=1, tokens_out=2)
    assert spent(acme) == (33, 33)


@pytest.mark.django_db
def test_b08_tokens_are_limited_too_and_a_first_call_that_is_too_dear_is_refused(acme: Company) -> None:
    free = Price(Decimal(0), Decimal(0))
    budget.set_limits(acme.tenant, micros=None, tokens=10)

    with pytest.raises(budget.BudgetSpent):
        budget.reserve(acme.tenant.pk, price=free, tokens_in=6, tokens_out=5)
    budget.reserve(acme.tenant.pk, price=free, tokens_in=5, tokens_out=5)
    with pytest.raises(budget.BudgetSpent):
        budget.reserve(acme.tenant.pk, price=free, tokens_in=1, tokens_out=0)


@pytest.mark.django_db
def test_b08_another_tenants_budget_is_its_own(acme: Company, globex: Company) -> None:
    for company in (acme, globex):
        budget.set_limits(company.tenant, micros=10, tokens=None)
    one = Price(Decimal(1), Decimal(1))
    budget.reserve(acme.tenant.pk, price=one, tokens_in=10, tokens_out=0)

    budget.reserve(globex.tenant.pk, price=one, tokens_in=10, tokens_out=0)
    assert (spent(acme), spent(globex)) == ((10, 10), (10, 10))


def test_b08_at_the_cap_people_take_over_and_the_visitor_is_told(acme: Company, openai_double: OpenAIDouble) -> None:
    give_model(acme, openai_double)
    budget.set_limits(acme.tenant, micros=1, tokens=None)
    received = receive(acme, "Wann haben Sie geöffnet?")

    reply = run(lambda: services.answer(received, requested=None))
    settled = turns.settle(received, reply)
    conversation = Conversation.objects.get(pk=received.conversation_id)
    assert (settled.status, settled.metadata["reason"]) == ("human", "escalated")
    assert settled.text == "Ich gebe das an das Team weiter. Ein Mensch antwortet Ihnen hier."
    assert conversation.ai_paused
    assert conversation.attention == Conversation.Attention.PEOPLE_ONLY
    assert not openai_double.calls


@pytest.mark.parametrize(
    ("behaviour", "is_kept"),
    [
        (error(401, "invalid_api_key"), False),
        (error(429, "insufficient_quota"), False),
        (error(404, "model_not_found"), False),
        (Behaviour(text=""), True),
        (Behaviour(text="Fine.", usage=False), True),
    ],
)
def test_b08_only_what_may_be_charged_stays_spent(
    acme: Company, openai_double: OpenAIDouble, behaviour: Behaviour, is_kept: bool
) -> None:
    give_model(acme, openai_double)
    budget.set_limits(acme.tenant, micros=10**9, tokens=None)
    openai_double.script(behaviour)

    answered(acme)
    assert (spent(acme)[0] > 0) is is_kept


def test_b08_a_reply_is_limited_where_a_budget_is_set(acme: Company, openai_double: OpenAIDouble) -> None:
    give_model(acme, openai_double)
    answered(acme)
    budget.set_limits(acme.tenant, micros=10**9, tokens=None)
    answered(acme)

    assert [call.body.get("max_tokens") for call in openai_double.calls] == [None, budget.REPLY_TOKENS]


def test_b08_a_budget_costs_two_statements_and_none_costs_nothing(
    acme: Company, openai_double: OpenAIDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_model(acme, openai_double)
    answered(acme)  # reads the prices
    visits = []

    def counting(work, *given, **more):
        with CaptureQueriesContext(connection) as queries:
            result = work(*given, **more)
        visits.append(len(queries))
        return result

    monkeypatch.setattr(calls, "in_database", partial(in_database, counting))
    answered(acme)
    assert visits == []
    budget.set_limits(acme.tenant, micros=10**9, tokens=None)
    answered(acme)
    assert visits == [1, 1]


def test_b08_what_an_answer_cost_is_kept_and_shown(acme: Company, openai_double: OpenAIDouble) -> None:
    price("double", 1_000_000, 2_000_000)  # one dollar a word read, two a word written
    give_model(acme, openai_double)
    received = receive(acme, "Hello there")
    turns.settle(received, run(lambda: services.answer(received, requested=None)))

    said = Message.objects.get(conversation=received.conversation_id, author=Message.Author.ASSISTANT)
    asked = sum(len(message["content"].split()) for message in openai_double.calls[-1].messages)
    assert said.metadata["cost_usd"] == asked + 2 * len(said.body.split())
    owner = signed_in(acme.owner)
    page = owner.get(reverse("conversations:conversation", args=[received.conversation_id])).content.decode()
    head = owner.get(reverse("conversations:head", args=[received.conversation_id])).content.decode()
    for shown in (page, head):
        assert f"<dt>AI cost</dt><dd>${said.metadata['cost_usd']:.0f}</dd>" in shown
    assert (
        "AI cost" not in owner.get(reverse("conversations:conversation", args=[acme.conversation.pk])).content.decode()
    )


@pytest.mark.django_db
def test_b08_a_reply_that_is_withheld_costs_once(acme: Company) -> None:
    received = receive(acme)
    withheld = Withheld("A promise.", Message.State.BLOCKED, "A promise")
    turns.settle(
        received, Reply(status="blocked", text="A person will reply.", withheld=withheld, cost_micros=2_000_000)
    )

    assert cost_of(Conversation.objects.get(pk=received.conversation_id)) == 2


def test_b08_all_calls_of_a_turn_are_on_its_bill(acme: Company, openai_double: OpenAIDouble) -> None:
    price("double", 0, 1_000_000)
    give_model(acme, openai_double)
    assistant = Assistant.objects.select_related("provider_key").get(pk=acme.assistant.pk)
    prompt = Prompt(system="", transcript=(Said("visitor", "Two words"),))

    async def turn() -> int:
        with calls.billed() as bill:
            await asyncio.gather(calls.ask(assistant, prompt), calls.ask(assistant, prompt))
        await calls.ask(assistant, prompt)
        return bill.micros

    assert run(turn) == 4_000_000  # two words a call; the third came after the bill


@pytest.mark.django_db
def test_b08_no_prompt_has_more_tokens_than_are_reserved() -> None:
    text = "Größe 👩‍👩‍👧 " * 50
    prompt = Prompt(system=text, transcript=(Said("visitor", text), Said("assistant", text)))

    assert budget.most_tokens(prompt) >= 3 * len(text.strip().encode())


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o-mini-2024-07-18", "1"),
        ("openai/gpt-4o-mini", "1"),
        ("GPT-4o", "2"),
        ("llama-3", str(prices.UNKNOWN.input)),
    ],
)
def test_b08_a_model_costs_what_the_longest_name_that_fits_says(model: str, expected: str) -> None:
    for name, given in (("gpt-4o-mini", 1), ("gpt-4o", 2), ("gpt", 3)):
        price(name, given)

    assert run(lambda: prices.price(model)).input == Decimal(expected)


@pytest.mark.django_db
def test_b08_the_page_shows_what_is_spent_and_changes_the_limits(acme: Company) -> None:
    admin = signed_in(acme.admin)
    url = reverse("byok:budget")
    assert "No limit is set" in admin.get(url).content.decode()

    assert admin.post(url, {"dollars": "20.5", "tokens": ""}).status_code == 302
    assert Budget.objects.values_list("micros", "tokens").get() == (20_500_000, None)
    budget.reserve(acme.tenant.pk, price=CENT, tokens_in=1250, tokens_out=0)
    page = admin.get(url).content.decode()
    assert "$12.50 of $20.50" in page
    assert "$8.00" in page
    assert admin.post(url, {"dollars": "-1"}).status_code == 422
    assert admin.post(url, {"dollars": "", "tokens": "0"}).status_code == 302
    assert Budget.objects.values_list("micros", "tokens").get() == (None, 0)


@pytest.mark.django_db
def test_b08_only_admins_see_the_budget(acme: Company) -> None:
    assert signed_in(acme.member(Role.MANAGER)).get(reverse("byok:budget")).status_code == 403


@pytest.mark.django_db
def test_b08_staff_keep_the_prices(world) -> None:
    staff = signed_in(world.staff)
    given = {"name": "new-model", "input_price": "1.5", "output_price": "6"}

    assert staff.post(reverse("admin:assistants_modelprice_add"), given).status_code == 302
    made = ModelPrice.objects.get(name="new-model")
    assert made.output_price == 6
    Assistant.objects.update(provider="openai", model="New-Model-2")
    page = staff.get(reverse("admin:assistants_modelprice_changelist") + "?q=new-model")
    assert '<td class="field-used_by">2</td>' in page.content.decode()
    row = {"form-0-id": str(made.pk), "form-0-input_price": "2", "form-0-output_price": "8"}
    counts = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "Save"}
    staff.post(reverse("admin:assistants_modelprice_changelist") + "?q=new-model", row | counts)
    made.refresh_from_db()
    assert (made.input_price, made.output_price) == (2, 8), "edited right in the table"
    assert staff.get(reverse("admin:assistants_budgetperiod_changelist")).status_code == 200
