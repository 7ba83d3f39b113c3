"""A tenant's monthly budget: reserved before a call, corrected after it, one conditional statement each.

What is reserved is the most that the call can cost, so that calls at the same time never spend more than there is,
however many there are.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from assistants.models import Budget, BudgetPeriod
from assistants.models.budget import MICROS
from assistants.prices import Price
from assistants.providers.base import Prompt
from assistants.providers.messages import build_messages
from tenants import audit
from tenants.models import Tenant, Verb
from tenants.ownership import new_id

REPLY_TOKENS = 1_500
"""The longest reply where a budget is set and the assistant has no limit of its own: else no cost would be certain."""

TOKENS_PER_MESSAGE = 16
"""What a chat format adds to each message, roles and marks included; generous."""


class BudgetSpent(Exception):
    """What is left of the month's budget does not pay for this call."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """The most that a call can cost, taken out of a month's budget until the true cost is known."""

    tenant_id: uuid.UUID
    starts: date
    price: Price
    micros: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A month's budget as its page shows it."""

    micros: int | None
    tokens: int | None
    spent_micros: int
    spent_tokens: int
    resets_at: datetime

    @property
    def is_set(self) -> bool:
        """Whether there is any limit."""
        return self.micros is not None or self.tokens is not None

    @property
    def dollars(self) -> float | None:
        """The limit in dollars."""
        return None if self.micros is None else self.micros / MICROS

    @property
    def spent_dollars(self) -> float:
        """Spent so far, in dollars."""
        return self.spent_micros / MICROS

    @property
    def left_dollars(self) -> float:
        """Left of the limit, in dollars."""
        return max((self.micros or 0) - self.spent_micros, 0) / MICROS

    @property
    def left_tokens(self) -> int:
        """Left of the limit, in tokens."""
        return max((self.tokens or 0) - self.spent_tokens, 0)


_RESERVE = """
    INSERT INTO assistants_budgetperiod AS month (id, tenant_id, starts, micros, tokens)
    SELECT %(id)s, budget.tenant_id, %(starts)s, %(micros)s, %(tokens)s
      FROM assistants_budget budget
     WHERE budget.tenant_id = %(tenant)s
       AND (budget.micros IS NULL OR %(micros)s <= budget.micros)
       AND (budget.tokens IS NULL OR %(tokens)s <= budget.tokens)
        ON CONFLICT (tenant_id, starts) DO UPDATE SET
           micros = month.micros + excluded.micros, tokens = month.tokens + excluded.tokens
     WHERE (SELECT (budget.micros IS NULL OR month.micros + excluded.micros <= budget.micros)
               AND (budget.tokens IS NULL OR month.tokens + excluded.tokens <= budget.tokens)
              FROM assistants_budget budget WHERE budget.tenant_id = month.tenant_id)
"""
_SETTLE = """
    UPDATE assistants_budgetperiod SET micros = micros + %s, tokens = tokens + %s WHERE tenant_id = %s AND starts = %s
"""


def reserve(tenant_id: uuid.UUID, *, price: Price, tokens_in: int, tokens_out: int) -> Reservation:
    """Take the most that a call can cost out of the month's budget, or raise BudgetSpent."""
    most = price.micros(tokens_in, tokens_out)
    kept = Reservation(tenant_id, _month(), price, most, tokens=tokens_in + tokens_out)
    values: dict[str, Any] = {
        "id": new_id(),
        "tenant": tenant_id,
        "starts": kept.starts,
        "micros": kept.micros,
        "tokens": kept.tokens,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, values)
        if not cursor.rowcount:
            raise BudgetSpent
    return kept


def settle(kept: Reservation, *, tokens_in: int, tokens_out: int) -> None:
    """Put the call's true cost in the place of what was reserved for it; zero tokens give all of it back."""
    micros = kept.price.micros(tokens_in, tokens_out)
    correction: list[Any] = [micros - kept.micros, tokens_in + tokens_out - kept.tokens, kept.tenant_id, kept.starts]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, correction)


def most_tokens(prompt: Prompt) -> int:
    """More tokens than any model makes of this prompt: one a byte, for no token is shorter."""
    messages = build_messages(prompt)
    said = sum(len(message["content"].encode()) + TOKENS_PER_MESSAGE for message in messages)
    called = [call for round_ in prompt.rounds for call in round_.calls]
    asked = sum(len(f"{call.id}{call.name}{call.arguments}".encode()) + TOKENS_PER_MESSAGE for call in called)
    forms = [asdict(spec) for spec in prompt.tools] + ([asdict(prompt.shape)] if prompt.shape else [])
    told = sum(2 * len(json.dumps(form)) + TOKENS_PER_MESSAGE for form in forms)
    return said + asked + told + TOKENS_PER_MESSAGE


def is_limited(tenant: Tenant | uuid.UUID) -> bool:
    """Whether the tenant has set a budget; the chat turn learns it with the assistant (`selection`)."""
    budgets = Budget.objects.for_tenant(tenant)
    return budgets.exclude(micros=None, tokens=None).exists()


def standing(tenant: Tenant) -> Standing:
    """This month's budget and what is used of it."""
    starts = _month()
    limit = Budget.objects.for_tenant(tenant).first() or Budget(tenant=tenant)
    used = BudgetPeriod.objects.for_tenant(tenant).filter(starts=starts).first() or BudgetPeriod()
    following = date(starts.year + starts.month // 12, starts.month % 12 + 1, 1)
    return Standing(
        micros=limit.micros,
        tokens=limit.tokens,
        spent_micros=used.micros,
        spent_tokens=used.tokens,
        resets_at=datetime(following.year, following.month, 1, tzinfo=UTC),
    )


@transaction.atomic
def set_limits(tenant: Tenant, *, micros: int | None, tokens: int | None) -> None:
    """Set what a month may cost from now on; None lifts a limit."""
    before = _limits(Budget.objects.for_tenant(tenant).first())
    row, _ = Budget.objects.update_or_create(tenant=tenant, defaults={"micros": micros, "tokens": tokens})
    after = _limits(row)
    audit.record_changes(
        Verb.BUDGET_CHANGED, tenant=tenant, name="AI budget", changes=audit.changes(before, after, shown=after)
    )


def _limits(row: Budget | None) -> dict[str, float | int | None]:
    """As people know them."""
    dollars = row.micros / MICROS if row and row.micros is not None else None
    return {"dollars": dollars, "tokens": row.tokens if row else None}


def _month() -> date:
    return timezone.now().astimezone(UTC).date().replace(day=1)
