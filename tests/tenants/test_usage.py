"""A month's plan is never overspent, however many begin at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tenants import usage
from tenants.models import Plan, Tenant, UsagePeriod
from tests import factories
from tests.world import Company, bearer


def make_tenant(limit: int, **fields: Any) -> Tenant:
    plan = Plan.objects.create(key=f"test-{limit}", name="Test", conversations=limit)
    return factories.make_tenant(plan=plan, **fields)


def count_one(tenant: Tenant) -> bool:
    try:
        with transaction.atomic():
            usage.count_conversation(tenant)
    except usage.UsageLimitReached:
        return False
    finally:
        connection.close()
    return True


@pytest.mark.django_db(transaction=True)
def test_d15_fifty_at_once_leave_exactly_the_plan() -> None:
    tenant = make_tenant(10)
    with ThreadPoolExecutor(10) as threads:
        counted = list(threads.map(count_one, [tenant] * 50))
    assert sum(counted) == 10
    assert UsagePeriod.objects.for_tenant(tenant).get().conversations == 10


def test_d15_the_refusal_says_the_limit_and_when_it_ends(db: None) -> None:
    tenant = make_tenant(1)
    usage.count_conversation(tenant)
    with pytest.raises(usage.UsageLimitReached) as refusal:
        usage.count_conversation(tenant)
    now = datetime.now(UTC)
    following = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    assert (refusal.value.limit, refusal.value.resets_at) == (1, following)


def test_d15_counting_is_one_statement(db: None, django_assert_num_queries: Any) -> None:
    tenant = make_tenant(2)
    with django_assert_num_queries(1):
        usage.count_conversation(tenant)


def test_d15_an_empty_plan_begins_nothing(db: None) -> None:
    with pytest.raises(usage.UsageLimitReached):
        usage.count_conversation(make_tenant(0))


def test_d15_overage_goes_on_and_is_counted(db: None) -> None:
    tenant = make_tenant(1, allows_overage=True)
    for _ in range(3):
        usage.count_conversation(tenant)
    assert usage.usage(tenant).conversations == 3


def test_d15_limits_can_be_lifted(db: None, settings: Any) -> None:
    settings.RATE_LIMITS = False
    tenant = make_tenant(0)
    usage.count_conversation(tenant)
    usage.count_conversation(tenant)
    assert usage.usage(tenant).conversations == 2


def test_d15_what_a_transaction_takes_back_was_not_used(db: None) -> None:
    tenant = make_tenant(1)
    with transaction.atomic():
        usage.count_conversation(tenant)
        transaction.set_rollback(True)
    usage.count_conversation(tenant)


def test_d15_companies_count_apart(db: None) -> None:
    usage.count_conversation(make_tenant(1))
    other = factories.make_tenant("Globex", plan_id="test-1")
    usage.count_conversation(other)
    assert usage.usage(other).conversations == 1


def test_d15_the_page_and_the_call_show_it(acme: Company, client: Client) -> None:
    usage.count_conversation(acme.tenant)
    shown = client.get("/api/usage", headers=bearer(acme.admin)).json()
    assert (shown["plan"], shown["conversations"], shown["limit"]) == ("Starter", 1, 250)
    assert shown["resets_at"].endswith("-01T00:00:00Z")
    assert 1 <= shown["projected"] <= 31
    assert (shown["overage"], sum(shown["days"]), shown["days"][-1]) == (0, 1, 1)
    assert len(shown["days"]) + shown["days_left"] == usage.usage(acme.tenant).length + 1
    assert shown["knowledge_characters"]["limit"] == 500_000


@pytest.mark.parametrize(
    ("key", "conversations", "characters"),
    [("starter", 250, 500_000), ("professional", 1000, 2_000_000), ("business", 5000, 10_000_000)],
)
def test_d15_the_plans_are_those_of_the_price_list(db: None, key: str, conversations: int, characters: int) -> None:
    plan = Plan.objects.get(pk=key)
    assert (plan.conversations, plan.knowledge_characters) == (conversations, characters)
