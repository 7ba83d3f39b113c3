"""Make the vectors of passages that have none yet, a while at a time."""

from __future__ import annotations

import time
import uuid
from typing import Final

from asgiref.sync import async_to_sync
from celery import shared_task
from django.conf import settings
from django.core.cache import cache

from assistants import vectors
from assistants.connections import embedding_model_of
from assistants.embedding import BATCH, vectors_of
from assistants.models import Assistant
from assistants.providers.registry import aclose_all
from assistants.selection import default_for_chat
from tenants import wall
from tenants.database import give_connection_back, in_database
from tenants.models import Tenant

TURN_SECONDS: Final = 20.0
REQUEST_SECONDS: Final = 15.0
TENANTS_MOST: Final = 50


@shared_task
def embed_passages() -> int:
    """Make vectors for so long as a turn takes, tenant by tenant; how many. Rung by beat."""
    if not vectors.is_there():
        return 0
    until = time.monotonic() + TURN_SECONDS
    made = 0
    for tenant_id in vectors.tenants_waiting(settings.OPENAI_EMBEDDING_MODEL, TENANTS_MOST):
        if time.monotonic() > until:
            break
        if cache.add(f"embedding:{tenant_id}", value=True, timeout=TURN_SECONDS + REQUEST_SECONDS):
            try:
                with wall.around(tenant_id):
                    made += _embed_tenant(tenant_id, until)
            finally:
                cache.delete(f"embedding:{tenant_id}")
    return made


def _embed_tenant(tenant_id: uuid.UUID, until: float) -> int:
    assistant = default_for_chat(Tenant.objects.get(pk=tenant_id))
    if assistant is None or assistant.provider != Assistant.Provider.OPENAI:
        return 0
    give_connection_back()
    return async_to_sync(_embed)(assistant, until)


async def _embed(assistant: Assistant, until: float) -> int:
    """Until all is done, the time is up, or the server gives none."""
    made, model = 0, embedding_model_of(assistant)
    try:
        while time.monotonic() < until:
            texts = await in_database(vectors.waiting, assistant.tenant_id, model, BATCH)
            if not texts:
                break
            _, found = await vectors_of(assistant, [text for _, text in texts], seconds=REQUEST_SECONDS)
            if not found:
                break
            await in_database(vectors.store, assistant.tenant_id, model, [pk for pk, _ in texts], found)
            made += len(found)
    finally:
        await aclose_all()
    return made
