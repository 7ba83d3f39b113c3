"""The visitor's journey in one screen: taken in, answered, settled; nothing is held while the assistant thinks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from assistants import selection
from assistants import services as assistants
from conversations import turns
from conversations.models import Conversation
from conversations.said import Received, Reply, Said, Settled
from tenants.database import in_database
from widgets.leases import leases


@dataclass(frozen=True, slots=True)
class Visit:
    """A message at the door, with what the tenant's widget wants done with it."""

    said: Said
    assistant_id: uuid.UUID | None
    human_only: bool


async def exchange(visit: Visit) -> Settled:
    """Take what a visitor said and give back what the page needs.

    Raises what `turns.receive` and `assistants.answer` raise. A message is never lost: whatever fails after it was
    received, a retry with the same id goes on from there.
    """
    received = await in_database(_receive, visit)
    if isinstance(received, Settled):
        return received
    async with leases().hold(received.claim):
        reply = await _answer(visit, received)
        return await in_database(turns.settle, received, reply)


def _receive(visit: Visit) -> Received | Settled:
    if visit.assistant_id:
        selection.must_exist(visit.said.tenant, visit.assistant_id)
    return turns.receive(visit.said)


async def _answer(visit: Visit, received: Received) -> Reply:
    if visit.human_only and not received.ai_paused:
        return Reply(status="human", reason="human_only", attention=Conversation.Attention.PEOPLE_ONLY)
    try:
        return await assistants.answer(received, requested=visit.assistant_id)
    except (selection.NoAssistant, selection.AssistantMisconfigured):
        await in_database(turns.give_up, received, Conversation.Attention.NO_ASSISTANT)
        raise
    except Exception:
        await in_database(turns.give_up, received, Conversation.Attention.ANSWER_LOST)
        raise
