"""What workers do for conversations: sum one up, and tell visitors who wait for a held reply."""

from __future__ import annotations

import uuid

from asgiref.sync import async_to_sync
from celery import shared_task
from django.db import connection

from assistants import holding, summarising
from assistants.providers.registry import aclose_all
from conversations.models import Conversation


@shared_task
def tell_who_waits() -> int:
    """Tell visitors whose replies are held for long that it takes longer; how many. Rung by beat."""
    return holding.tell_all()


@shared_task
def summarise_conversation(*, conversation_id: str) -> None:
    """Make the summary that somebody has asked for."""
    conversation = Conversation.objects.select_related("tenant").filter(pk=uuid.UUID(conversation_id)).first()
    connection.close()  # nobody else waits for it while the model reads
    if conversation is not None:
        async_to_sync(_summarise)(conversation)


async def _summarise(conversation: Conversation) -> None:
    try:
        await summarising.summarise(conversation)
    finally:
        await aclose_all()
