"""The passages' vectors in the database, where PostgreSQL has the extension pgvector; elsewhere there are none.

The column is none of Django's: a database without the extension has neither, and all else is the same.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, connection, transaction

TABLE: Final = "assistants_knowledgechunk"

_NEAREST = """
SELECT chunk.id, source.id, coalesce(nullif(document.title, ''), source.title),
    coalesce(nullif(document.url, ''), source.url), chunk.heading, chunk.body,
    round((1 - (chunk.embedding <=> %(vector)s::vector))::numeric, 3)::float8 AS closeness
FROM (SELECT * FROM assistants_knowledgechunk
        WHERE tenant_id = %(tenant)s AND embedded_by = %(model)s AND vector_dims(embedding) = %(dimensions)s
        OFFSET 0) AS chunk
    JOIN assistants_knowledgesource AS source ON source.id = chunk.source_id
    LEFT JOIN assistants_knowledgedocument AS document ON document.id = chunk.document_id
ORDER BY closeness DESC, chunk.id LIMIT %(limit)s
"""
_STORE = """
UPDATE assistants_knowledgechunk AS chunk SET embedding = given.vector::vector, embedded_by = %(model)s
FROM unnest(%(ids)s::uuid[], %(vectors)s::text[]) AS given (id, vector)
WHERE chunk.id = given.id AND chunk.tenant_id = %(tenant)s
"""
_WAITING = """
SELECT chunk.id, concat_ws(E'\\n', coalesce(nullif(document.title, ''), source.title), chunk.heading, chunk.body)
FROM assistants_knowledgechunk AS chunk
    JOIN assistants_knowledgesource AS source ON source.id = chunk.source_id
    LEFT JOIN assistants_knowledgedocument AS document ON document.id = chunk.document_id
WHERE chunk.tenant_id = %s AND chunk.embedded_by <> %s ORDER BY chunk.id LIMIT %s
"""
_TENANTS = """
SELECT assistant.tenant_id
FROM assistants_assistant AS assistant LEFT JOIN assistants_providerkey AS key
    ON key.tenant_id = assistant.tenant_id AND key.id = assistant.provider_key_id
WHERE assistant.active AND assistant.is_default_chat AND assistant.provider = 'openai' AND EXISTS (
    SELECT FROM assistants_knowledgechunk AS chunk
    WHERE chunk.tenant_id = assistant.tenant_id AND chunk.embedded_by <> coalesce(nullif(key.embedding_model, ''), %s))
ORDER BY random() LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Near:
    """A passage whose meaning lies near a question's."""

    source_id: uuid.UUID
    title: str
    url: str
    heading: str
    body: str
    closeness: float


def make_column(**_: Any) -> None:
    """Add the column where the extension is to be had; belongs after each migration, and minds no second time."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
            table = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
            extension = cursor.fetchone()
            if table and table[0] and extension and extension[0]:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
                cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS embedding vector")
    except DatabaseError:
        return  # no right to add extensions: then there are no vectors
    is_there.cache_clear()


@functools.cache
def is_there() -> bool:
    """Whether passages can have vectors; asked once per process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'embedding'", [TABLE]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def store(tenant_id: uuid.UUID, model: str, ids: Sequence[uuid.UUID], vectors: Sequence[Sequence[float]]) -> None:
    """Keep the vectors of these passages, as far as the passages are still there."""
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "model": model,
        "ids": list(ids),
        "vectors": [_spelled(v) for v in vectors],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)


def waiting(tenant_id: uuid.UUID, model: str, limit: int) -> list[tuple[uuid.UUID, str]]:
    """Passages without a vector of this model: their ids and texts."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [tenant_id, model, limit])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def tenants_waiting(model: str, limit: int) -> list[uuid.UUID]:
    """Tenants whose chat is answered by a model and who have passages without a vector of theirs, or of `model`."""
    with connection.cursor() as cursor:
        cursor.execute(_TENANTS, [model, limit])
        return [row[0] for row in cursor.fetchall()]


def nearest(tenant_id: uuid.UUID, model: str, vector: Sequence[float], limit: int) -> list[Near]:
    """The passages that lie nearest, the nearest first."""
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "model": model,
        "vector": _spelled(vector),
        "dimensions": len(vector),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, values)
        return [Near(*row[1:]) for row in cursor.fetchall()]


def _spelled(vector: Sequence[float]) -> str:
    return f"[{','.join(map(repr, vector))}]"
