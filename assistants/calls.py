"""One call of an assistant's model: within the tenant's slots and budget, with what it falls back on, and noted.

Where no budget is set and all goes well, a call costs the database nothing; with one, a statement before and one after.
"""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from structlog.contextvars import get_contextvars

from assistants import budget, health, prices, rehearsal
from assistants.connections import model_of, provider_for
from assistants.models import Assistant
from assistants.providers.base import TOTAL_BUDGET, Completion, Failure, Hear, Prompt, Provider, ProviderError
from assistants.slots import slot
from tenants.database import in_database

MIN_SECONDS = 2.0
"""What must be left of the time for a reply to begin with a substitute."""

MAY_CHARGE = frozenset({Failure.TIMEOUT, Failure.GARBAGE, Failure.CONTENT_FILTER})
"""Failures after which the provider may have worked, and charge for it: what was reserved stays spent."""

OF_THE_ADDRESS = frozenset({Failure.BAD_KEY, Failure.NO_CREDIT, Failure.UNREACHABLE, Failure.REFUSED_ADDRESS})
"""Failures that another model at the same address with the same key would meet as well."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, and what that cost in millionths of a dollar."""

    completion: Completion
    micros: int = 0


@dataclass(slots=True)
class Bill:
    """What the calls of one turn cost together."""

    micros: int = 0


_bill: ContextVar[Bill | None] = ContextVar("bill", default=None)


@contextmanager
def billed() -> Iterator[Bill]:
    """Add up what the block's calls cost: also those that only decide, or whose answer nobody sees."""
    bill = Bill()
    token = _bill.set(bill)
    try:
        yield bill
    finally:
        _bill.reset(token)


def add_to_bill(micros: int) -> None:
    """Put what a call has cost on the turn's bill, where there is one."""
    if (bill := _bill.get()) is not None:
        bill.micros += micros


async def ask(
    assistant: Assistant, prompt: Prompt, *, seconds: float = TOTAL_BUDGET, hear: Hear | None = None
) -> Answer:
    """The model's answer, or that of what the assistant falls back on. Raises ProviderError and budget.BudgetSpent.

    Needs `provider_key` loaded. In a rehearsal the model itself is asked, and its failure is nobody's news. `hear` is
    told the answer while it is being made, and a substitute's from its beginning.
    """
    is_trial = rehearsal.current() is not None
    deadline = asyncio.get_running_loop().time() + seconds
    with slot(assistant.tenant_id):
        try:
            answer = await _call(assistant, prompt, seconds, hear)
        except ProviderError as error:
            if is_trial:
                raise
            await _note_failure(assistant, error)
            substitute = await _fall_back(assistant, prompt, error, deadline, hear)
            if substitute is None:
                raise
            return substitute
    if assistant.failure and not is_trial:
        await in_database(health.note_answer, assistant)
    return answer


async def _call(assistant: Assistant, prompt: Prompt, seconds: float, hear: Hear | None) -> Answer:
    """Ask one model, and put what it costs on the turn's bill."""
    began = time.monotonic()
    try:
        answer = await _affordable(assistant, prompt, seconds, hear)
    except ProviderError as error:
        rehearsal.note_failed_call(model_of(assistant), error, _since(began))
        raise
    rehearsal.note_call(answer.completion.model, answer.completion, answer.micros, _since(began))
    add_to_bill(answer.micros)
    return answer


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


async def _affordable(assistant: Assistant, prompt: Prompt, seconds: float, hear: Hear | None) -> Answer:
    """Ask one model, its most reserved before and its cost settled after where there is a budget."""
    has_limit = await is_limited(assistant)
    most = assistant.max_tokens or budget.REPLY_TOKENS
    provider = provider_for(assistant, most_tokens=most if has_limit else None, seconds=seconds)
    if assistant.provider == Assistant.Provider.KNOWLEDGE:
        return Answer(await _told(provider, prompt, hear))
    price = await prices.price(model_of(assistant))
    if not has_limit:
        completion = await _told(provider, prompt, hear)
        return Answer(completion, price.micros(completion.tokens_in, completion.tokens_out))
    kept = await in_database(
        budget.reserve, assistant.tenant_id, price=price, tokens_in=budget.most_tokens(prompt), tokens_out=most
    )
    try:
        completion = await _told(provider, prompt, hear)
    except ProviderError as error:
        if error.failure not in MAY_CHARGE:
            await in_database(budget.settle, kept, tokens_in=0, tokens_out=0)
        raise
    if not completion.tokens_in + completion.tokens_out:  # the server doesn't count, so all of it may have been used
        return Answer(completion, kept.micros)
    await in_database(budget.settle, kept, tokens_in=completion.tokens_in, tokens_out=completion.tokens_out)
    return Answer(completion, price.micros(completion.tokens_in, completion.tokens_out))


async def _told(provider: Provider, prompt: Prompt, hear: Hear | None) -> Completion:
    return await (provider.stream(prompt, hear) if hear else provider.complete(prompt))


async def is_limited(assistant: Assistant) -> bool:
    """Whether a budget is set: the chat turn reads it with the assistant, others are asked for it here."""
    if assistant.provider == Assistant.Provider.KNOWLEDGE:
        return False
    known: bool | None = getattr(assistant, "has_budget", None)
    return await in_database(budget.is_limited, assistant.tenant_id) if known is None else known


async def _note_failure(assistant: Assistant, error: ProviderError) -> None:
    if health.is_news(assistant):
        request_id = str(get_contextvars().get("request_id", ""))
        await in_database(health.note_failure, assistant, error, request_id=request_id)


async def _fall_back(
    assistant: Assistant, prompt: Prompt, error: ProviderError, deadline: float, hear: Hear | None
) -> Answer | None:
    """The first substitute's answer, as long as time is left; what a filter stopped, no other model is asked for."""
    wanted = assistant.fallback_model or assistant.fallback_assistant_id
    if not wanted or error.failure is Failure.CONTENT_FILTER:
        return None
    for substitute in await in_database(_substitutes, assistant, error):
        left = deadline - asyncio.get_running_loop().time()
        if left < MIN_SECONDS:
            return None
        try:
            return await _call(substitute, prompt, left, hear)
        except ProviderError:
            continue
    return None


def _substitutes(assistant: Assistant, error: ProviderError) -> list[Assistant]:
    """The same assistant with its other model, then the one that lends its provider; name and instructions stay."""
    found = []
    if assistant.fallback_model and error.failure not in OF_THE_ADDRESS:
        other = copy.copy(assistant)
        other.model = assistant.fallback_model
        found.append(other)
    if assistant.fallback_assistant_id:
        lenders = Assistant.objects.for_tenant(assistant.tenant_id).active().select_related("provider_key")
        found += lenders.filter(pk=assistant.fallback_assistant_id)
    return found
