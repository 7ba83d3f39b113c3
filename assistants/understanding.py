"""A visitor's message read by a model, where a rule depends on it: one short call, once for each message."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from typing import Final

import structlog

from assistants import budget, calls
from assistants.models import Assistant
from assistants.providers.base import Prompt, ProviderError, Said
from assistants.routing.readings import QUESTION, SHAPE, Reading, by_words, parse
from conversations.said import Received

logger = structlog.get_logger("autochat.assistants")

SECONDS: Final = 6.0
"""What it may take: the answer is still to come. A model that is slower is not asked again, words decide."""

KEPT: Final = 1_000
_read: OrderedDict[tuple[uuid.UUID, str], Reading] = OrderedDict()


async def read(by: Assistant, received: Received) -> Reading:
    """What the visitor is after and how they feel: as the model says, or by their words where it says nothing."""
    message = (received.message_id, received.text)
    if known := _read.get(message):
        return known
    reading = await _asked(by, received.text)
    _read[message] = reading
    while len(_read) > KEPT:
        _read.popitem(last=False)
    return reading


async def _asked(by: Assistant, text: str) -> Reading:
    prompt = Prompt(system=QUESTION, transcript=(Said("visitor", text),), shape=SHAPE)
    try:
        answer = await calls.ask(by, prompt, seconds=SECONDS)
    except (ProviderError, budget.BudgetSpent):
        logger.warning("message not read by a model", tenant_id=str(by.tenant_id))
        return by_words(text)
    return parse(answer.completion.text) or by_words(text)
