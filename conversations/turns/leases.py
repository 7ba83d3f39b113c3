"""Who has a turn, for how long, and what becomes of one that nobody has."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from conversations import log
from conversations.models import Conversation, Turn
from conversations.said import Received
from tenants.models import Tenant

LEASE = timedelta(seconds=10)  # renewed while the process lives; so long waits the retry of one that was killed


class MessageInProgress(Exception):
    """The same message is being answered right now."""

    retry_after = 1  # seconds


def renew(claims: list[uuid.UUID]) -> None:
    """Hold on to the turns that this process is still answering."""
    answering = Turn.objects.filter(claim__in=claims, state=Turn.State.ANSWERING)
    answering.update(lease_expires_at=timezone.now() + LEASE)


def stop(tenant: Tenant, session: str, client_id: str) -> bool:
    """Have whoever answers this message leave it at what the visitor has seen; False where there is no such message.

    An answer that is there already stays as it is.
    """
    turn = Turn.objects.for_tenant(tenant).filter(session=session, client_id=client_id)
    return bool(turn.update(stop_wanted=True))


_UNWANTED = """
    SELECT turn.claim FROM conversations_turn turn
    JOIN conversations_message message ON message.id = turn.message_id
    JOIN conversations_conversation conversation ON conversation.id = message.conversation_id
    WHERE turn.claim = ANY(%s) AND turn.state = 'answering'
    AND (turn.stop_wanted OR conversation.ai_paused OR conversation.status <> 'open')
"""


def unwanted(claims: list[uuid.UUID]) -> list[uuid.UUID]:
    """Those whose answers nobody waits for: the visitor has stopped them, or a person has the conversation now."""
    with connection.cursor() as cursor:
        cursor.execute(_UNWANTED, [claims])
        return [claim for (claim,) in cursor.fetchall()]


@transaction.atomic
def give_up(received: Received, attention: str) -> bool:
    """Nobody could answer and the visitor was told so: a retry may try again, and the team sees it.

    True when the team hears of it for the first time in this conversation.
    """
    Turn.objects.filter(pk=received.message_id, claim=received.claim, state=Turn.State.ANSWERING).update(
        state=Turn.State.LOST
    )
    conversation = flag(received.tenant.pk, received.conversation_id, attention)
    if conversation:
        log.append(received.tenant.pk, [log.conversation_event("conversation:updated", conversation)])
    return conversation is not None


def flag(tenant_id: uuid.UUID, conversation_id: uuid.UUID, attention: str) -> Conversation | None:
    """Mark an open conversation for the team's attention; None when it is marked so already or closed."""
    waiting = Conversation.objects.for_tenant(tenant_id).open().filter(pk=conversation_id).exclude(attention=attention)
    if not waiting.update(attention=attention, attention_at=timezone.now()):
        return None
    return Conversation.objects.for_tenant(tenant_id).select_related("contact").get(pk=conversation_id)


@transaction.atomic
def mark_lost(turn_id: uuid.UUID) -> bool:
    """Give up a turn whose process is gone, and tell the team; False when somebody has it after all."""
    turn = Turn.objects.select_related("message").select_for_update(of=("self",), skip_locked=True)
    lost = turn.abandoned().filter(pk=turn_id).first()
    if lost is None:
        return False
    lost.state = Turn.State.LOST
    lost.save(update_fields=["state"])
    if conversation := flag(lost.tenant_id, lost.message.conversation_id, Conversation.Attention.ANSWER_LOST):
        log.append(lost.tenant_id, [log.conversation_event("conversation:updated", conversation)])
    return True
