"""B9: messages aren't sent, or get no reply. Each cause is made for real, is named, and is gone once mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from assistants import budget
from assistants.models import Assistant, BudgetPeriod, Review, RoutingRule, SafetyPolicy
from conversations.models import Message
from tenants.database import close_connections
from tenants.models import Plan, Tenant
from tenants.usage import this_month
from tests import factories
from tests.doubles.openai_server import OpenAIDouble
from tests.servers import Web
from tests.visitor import Visitor, connect_model
from tests.waiting import wait_until
from tests.widgets.doctor.looking import look
from tests.widgets.doctor.test_door import load
from tests.widgets.door import Door, code_of
from tests.world import Company, World
from widgets import api, throttles
from widgets.models import FailedCalls, WidgetSettings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _database_threads_end() -> Iterator[None]:
    yield
    close_connections()


def past(hours: int) -> None:
    """As if what failed had failed then."""
    ago = timezone.now() - timedelta(hours=hours)
    FailedCalls.objects.update(last_at=ago, first_at=ago)


@pytest.fixture
def door(world: World) -> Door:
    """Acme's, on a page that has loaded the widget."""
    door = Door(world.acme)
    load(door)
    return door


def test_b09_s08_calls_that_cant_be_read(acme: Company, globex: Company, door: Door) -> None:
    assert code_of(door.post("track", {"sessionId": "s"}))[0] == 400
    found = look(acme.owner).find("Some calls can’t be read")
    assert "www.acme.com sent what was answered with 400 invalid_request" in found.words
    assert f"POST /api/widgets/{acme.tenant.pk}/track" in found.words
    assert "Some calls" not in look(globex.owner).text
    past(2)
    assert "Some calls can’t be read" in look(acme.owner).note("Some calls").title


def test_b09_s08_somebody_is_too_fast(acme: Company, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "CONFIG", throttles.Rate("config", session=1, tenant=1))
    door.get("config")
    assert code_of(door.get("config")) == (429, "rate_limited")
    found = look(acme.owner).find("Visitors were slowed down")
    assert "429 rate_limited" in found.words
    past(2)
    assert look(acme.owner).note("Visitors were slowed down")


def test_b09_s08_the_plan_is_used_up(acme: Company, globex: Company, door: Door) -> None:
    Plan.objects.filter(key="starter").update(conversations=0)
    page = look(acme.owner)
    found = page.find("New conversations are refused")
    assert "429 usage_limit_exceeded" in found.words
    assert found.fixes == {"Change the plan": "/settings/usage"}
    Tenant.objects.filter(pk=acme.tenant.pk).update(allows_overage=True)
    assert look(acme.owner).note("You are past your plan")
    Plan.objects.filter(key="starter").update(conversations=250)
    assert look(acme.owner).is_well("You are within your plan 0 of 250 this month")


def test_b09_s25_a_fault_of_ours(acme: Company, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "config_payload", lambda *_, **__: 1 / 0)
    answer = door.get("config", **{"X-Request-ID": "broken-0001"})
    assert code_of(answer) == (500, "server_error")
    found = look(acme.owner).find("Something failed on our side")
    assert "500 server_error" in found.words
    assert found.fixes == {"Go to the report": "#report"}
    assert f"500 GET /api/widgets/{acme.tenant.pk}/config" in look(acme.owner).report


def test_b09_s08_s13_nobody_answers(acme: Company, globex: Company, door: Door) -> None:
    Assistant.objects.for_tenant(acme.tenant).update(is_default=False, is_default_chat=False)
    page = look(acme.owner)
    found = page.find("No assistant can answer")
    assert "400 no_assistant" in found.words
    assert found.fixes == {"Choose who answers": "/assistants/"}
    assert "No assistant can answer" not in look(globex.owner).text
    rule = RoutingRule.objects.create(tenant=acme.tenant, name="Sales", assistant=acme.assistant, keywords=["price"])
    assert look(acme.owner).find("Visitors whom no rule fits get no answer").state == "warn"
    Assistant.objects.for_tenant(acme.tenant).update(is_default_chat=True)
    assert look(acme.owner).is_well("An assistant answers new visitors Acme’s assistant, after 1 rule")
    RoutingRule.objects.filter(pk=rule.pk).update(assistant=None)
    found = look(acme.owner).find("The rule “Sales” can’t be followed")
    assert found.fixes == {"Open the rule": f"/assistants/routing/{rule.pk}"}


def test_b09_s08_the_default_is_archived(acme: Company, door: Door) -> None:
    Assistant.objects.for_tenant(acme.tenant).update(active=False)
    found = look(acme.owner).find("The assistant can’t work")
    assert "is archived. Restore it or choose another default." in found.words
    assert "500 assistant_misconfigured" in found.words


def test_b09_people_answer_by_choice(acme: Company, door: Door) -> None:
    WidgetSettings.objects.create(tenant=acme.tenant, human_only=True)
    found = look(acme.owner).note("People answer, assistants don’t")
    assert found.fixes == {"Open Behaviour": "/settings/widget?tab=behaviour"}


def test_b09_s11_no_key_is_set(acme: Company, door: Door, settings) -> None:
    settings.OPENAI_API_KEY = ""
    Assistant.objects.for_tenant(acme.tenant).update(provider="openai")
    found = look(acme.owner).find("“Acme’s assistant” can’t reach its model")
    assert "has no key for its AI provider" in found.words
    assert found.fixes == {"Open the assistant": f"/assistants/{acme.assistant.pk}"}


def test_b09_s11_the_provider_fails_and_answers_again(
    acme: Company, globex: Company, door: Door, web: Web, openai_double: OpenAIDouble
) -> None:
    visitor = Visitor(web.url, acme.tenant)
    connect_model(acme.assistant, openai_double.url, model="double-bad-key")
    answer = visitor.say().json()
    assert answer["metadata"]["reason"].startswith("provider_")
    wait_until(FailedCalls.objects.exists)
    found = look(acme.owner).find("The model of “Acme’s assistant” gives no answer")
    assert f"1 × {answer['metadata']['reason']}" in found.words
    assert "sk-secret-of-acme" not in look(acme.owner).text
    assert "gives no answer" not in look(globex.owner).text
    Assistant.objects.filter(pk=acme.assistant.pk).update(model="double")
    assert visitor.say("And now?").json()["metadata"]["status"] == "answered"
    page = look(acme.owner)
    assert page.troubled == []
    assert "It answers again." in page.note("The assistant stayed silent 1 time").words


def test_b09_the_budget_is_spent(acme: Company, door: Door) -> None:
    budget.set_limits(acme.tenant, micros=1_000_000, tokens=None)
    BudgetPeriod.objects.create(tenant=acme.tenant, starts=this_month(), micros=950_000, tokens=1)
    assert look(acme.owner).find("95% of the month’s AI budget is spent").state == "warn"
    BudgetPeriod.objects.update(micros=1_000_000)
    found = look(acme.owner).find("The month’s AI budget is spent")
    assert found.fixes == {"Change the budget": "/settings/budget"}
    budget.set_limits(acme.tenant, micros=5_000_000, tokens=None)
    assert look(acme.owner).is_well("The AI budget lasts 20% used")


def test_b09_s12_replies_wait_for_review(acme: Company, globex: Company, door: Door) -> None:
    message = factories.make_message(
        acme.conversation, "Maybe.", author=Message.Author.ASSISTANT, state=Message.State.HELD
    )
    review = Review.objects.create(
        tenant=acme.tenant, conversation=acme.conversation, message=message, why="always", drafted="Maybe."
    )
    assert look(acme.owner).note("1 reply waits for review")
    Review.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    found = look(acme.owner).find("1 reply waits for review")
    assert found.fixes["Open the queue"] == "/reviews"
    assert "waits for review" not in look(globex.owner).text
    Review.objects.filter(pk=review.pk).update(decision="discard")
    assert look(acme.owner).is_well("No reply waits for a person")


def test_b09_s14_safety_stops_a_reply(acme: Company, door: Door, web: Web, openai_double: OpenAIDouble) -> None:
    connect_model(acme.assistant, openai_double.url)
    Assistant.objects.filter(pk=acme.assistant.pk).update(review_policy="never")
    SafetyPolicy.objects.create(tenant=acme.tenant, blocked_keywords=["lawsuit"])
    answer = Visitor(web.url, acme.tenant).say("Say lawsuit").json()
    assert answer["metadata"]["reason"] == "safety_blocked"
    wait_until(FailedCalls.objects.exists)
    found = look(acme.owner).note("Safety rules stopped 1 reply")
    assert found.fixes == {"See the rules": "/assistants/safety"}
