"""The visitor's journey in one screen: taken in, answered, settled; nothing is held while the assistant thinks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from assistants import selection, turned_away
from assistants import services as assistants
from assistants.speech import Speech
from conversations import turns
from conversations.models import Conversation
from conversations.said import Received, Reply, Said, Settled
from tenants import wall
from tenants.database import in_database
from widgets.hushing import watch
from widgets.leases import leases


@dataclass(frozen=True, slots=True)
class Visit:
    """A message that was taken in at the door, with what is wanted done with it."""

    received: Received | Settled
    assistant_id: uuid.UUID | None
    human_only: bool
    prepared: assistants.Prepared | None = None


def receive(said: Said, *, assistant_id: uuid.UUID | None, human_only: bool) -> Visit:
    """Take a message in, unless it asks for an assistant of somebody else. Raises what `turns.receive` does.

    What the answer needs is read on the same way into the database: each way costs more than the reading.
    """
    if assistant_id:
        selection.must_exist(said.tenant, assistant_id)
    received = turns.receive(said)
    if isinstance(received, Settled) or human_only:
        return Visit(received, assistant_id, human_only)
    return Visit(received, assistant_id, human_only, assistants.prepare(received, requested=assistant_id))


async def exchange(visit: Visit, speech: Speech | None = None) -> Settled:
    """Answer a message that was taken in, and give back what the page needs. Raises what `assistants.answer` raises.

    `speech` is what may be seen of the answer while it is made. The message is never lost: whatever fails from here
    on, a retry with the same id takes the turn over.
    """
    if isinstance(visit.received, Settled):
        return visit.received
    with wall.around(visit.received.tenant):
        return await _settled(visit, visit.received, speech)


async def _settled(visit: Visit, received: Received, speech: Speech | None) -> Settled:
    async with leases().hold(received.claim):
        with watch().over(received.claim, speech):
            reply = await _answer(visit, received, speech)
        return await in_database(turns.settle, received, reply)


async def _answer(visit: Visit, received: Received, speech: Speech | None) -> Reply:
    if visit.human_only and not received.ai_paused:
        return Reply(status="human", reason="human_only", attention=Conversation.Attention.PEOPLE_ONLY)
    try:
        return await assistants.answer(received, requested=visit.assistant_id, prepared=visit.prepared, speech=speech)
    except (selection.NoAssistant, selection.AssistantMisconfigured) as problem:
        if await in_database(turns.give_up, received, Conversation.Attention.NO_ASSISTANT):
            await in_database(turned_away.note, received.tenant, problem.code)
        raise
    except Exception:
        await in_database(turns.give_up, received, Conversation.Attention.ANSWER_LOST)
        raise
