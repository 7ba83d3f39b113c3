"""What a model is given to answer from: passages found by their words, merged with those near in meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from asgiref.sync import async_to_sync
from django.db import DatabaseError

from assistants import vectors
from assistants.embedding import vectors_of
from assistants.models import Assistant
from assistants.providers.base import Passage
from assistants.search import SHOWN, find_passages
from assistants.selection import default_for_chat
from assistants.vectors import Near
from tenants.database import give_connection_back, in_database
from tenants.models import Tenant

QUESTION_SECONDS: Final = 1.5
"""A visitor waits for it; past that the words alone must do."""

CANDIDATES: Final = 8
KEPT: Final = 4
RANK_OFFSET: Final = 60
"""Reciprocal rank fusion: how little the first places count above the next ones."""


async def with_meaning(assistant: Assistant, question: str, found: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages found by words, and those near the question's meaning, merged by rank.

    Only for assistants with a model, which judges for itself; nothing is held while the question's vector is made, and
    what fails or takes too long is left out.
    """
    return (await _widened(assistant, question, found))[:KEPT]


def explained(tenant: Tenant, question: str, limit: int = KEPT) -> list[Passage]:
    """What a question finds, weak passages too, and by meaning where the tenant's chat is answered by a model.

    Gives this thread's database connection back before it waits.
    """
    found = find_passages(tenant.pk, question, limit, at_least=SHOWN)
    assistant = default_for_chat(tenant)
    if assistant is None:
        return found
    give_connection_back()
    return list(async_to_sync(_widened)(assistant, question, found))[: max(limit, len(found))]


async def _widened(assistant: Assistant, question: str, found: Sequence[Passage]) -> tuple[Passage, ...]:
    if assistant.provider != Assistant.Provider.OPENAI or not getattr(assistant, "has_vectors", False):
        return tuple(found)
    model, made = await vectors_of(assistant, [question], seconds=QUESTION_SECONDS)
    if not made:
        return tuple(found)
    try:
        near = await in_database(vectors.nearest, assistant.tenant_id, model, made[0], CANDIDATES)
    except DatabaseError:
        return tuple(found)
    return merged(found, near)


def merged(found: Sequence[Passage], near: Sequence[Near]) -> tuple[Passage, ...]:
    """Both lists as one: a passage counts by its place in each, and those in both come first."""
    meant = [_passage(passage) for passage in near]
    points: dict[tuple[str, str], float] = {}
    known: dict[tuple[str, str], Passage] = {}
    for passages in (found, meant):
        for rank, passage in enumerate(passages, start=1):
            key = (passage.source_id, passage.text)
            points[key] = points.get(key, 0) + 1 / (RANK_OFFSET + rank)
            known[key] = replace(known[key], closeness=passage.closeness) if key in known else passage
    return tuple(known[key] for key in sorted(points, key=lambda key: -points[key]))


def _passage(near: Near) -> Passage:
    title = f"{near.title} · {near.heading}" if near.heading else near.title
    return Passage(near.body, title, near.url, str(near.source_id), closeness=near.closeness)
