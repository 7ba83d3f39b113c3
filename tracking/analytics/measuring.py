"""What is counted of a conversation, read off the conversation itself: its messages, outcomes and rating."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

# Of the messages only what a visitor has seen is an answer; what was paid for counts also where it was kept back.
# Who is first answered by a person has waited since one was asked for, else since what they wrote after an assistant's
# last reply, else since what they wrote last.
_MEASURE = """
    SELECT c.id, c.started_at, c.qualified, COALESCE(last.author, ''), COALESCE(last.who, ''),
           COALESCE(last.author_name, ''), said.assistant_at - c.started_at,
           said.person_at - CASE WHEN told.asked_at <= said.person_at THEN told.asked_at ELSE waited.since END,
           rating.score, COALESCE(said.cost, 0), COALESCE(told.outcomes, '[]')
    FROM conversations_conversation c
    LEFT JOIN conversations_rating rating ON rating.conversation_id = c.id AND rating.tenant_id = c.tenant_id
    LEFT JOIN LATERAL (
        SELECT min(created_at) FILTER (WHERE author = 'assistant' AND state = 'sent') AS assistant_at,
               min(created_at) FILTER (WHERE author = 'agent' AND state = 'sent') AS person_at,
               round(sum((metadata ->> 'cost_usd')::numeric * 1000000) FILTER (WHERE author = 'assistant')) AS cost
        FROM conversations_message WHERE conversation_id = c.id AND tenant_id = c.tenant_id
    ) said ON true
    LEFT JOIN LATERAL (
        SELECT author, author_name,
               COALESCE(author_user_id::text, metadata ->> 'assistant_id', metadata ->> 'api_token_id') AS who
        FROM conversations_message
        WHERE conversation_id = c.id AND tenant_id = c.tenant_id AND state = 'sent' AND author IN ('assistant', 'agent')
        ORDER BY created_at DESC, id DESC LIMIT 1
    ) last ON true
    LEFT JOIN LATERAL (
        SELECT COALESCE(min(created_at) FILTER (WHERE created_at > answered.at), max(created_at), c.started_at) AS since
        FROM conversations_message CROSS JOIN (
            SELECT COALESCE(max(created_at), '-infinity') AS at FROM conversations_message
            WHERE conversation_id = c.id AND tenant_id = c.tenant_id AND created_at < said.person_at
              AND author = 'assistant' AND state = 'sent'
        ) answered
        WHERE conversation_id = c.id AND tenant_id = c.tenant_id AND created_at < said.person_at AND author = 'visitor'
    ) waited ON said.person_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT min(occurred_at) FILTER (WHERE type = 'autochat.handoff_requested.v1') AS asked_at,
               jsonb_agg(jsonb_build_array(
                   type, round(COALESCE((detail #>> '{data,conversion_value}')::numeric, 0) * 100),
                   COALESCE(detail #>> '{data,currency}', '')
               ) ORDER BY type) AS outcomes
        FROM tracking_outcome WHERE conversation_id = c.id AND tenant_id = c.tenant_id
    ) told ON true
    WHERE c.tenant_id = %s AND c.id = ANY(%s) AND c.started_at >= %s
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """One conversation. Seconds are whole; `outcomes` are type, hundredths of a currency, and the currency."""

    started_at: datetime
    qualified: bool
    kind: str
    who: str
    name: str
    assistant_seconds: int | None
    person_seconds: int | None
    score: int | None
    cost_micros: int
    outcomes: tuple[tuple[str, int, str], ...]


def measure(tenant_id: uuid.UUID, ids: Collection[uuid.UUID], since: datetime) -> dict[uuid.UUID, Facts]:
    """The facts of these conversations, as far as there are any and they began since then."""
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, [tenant_id, list(ids), since])
        return {row[0]: _facts(*row[1:]) for row in cursor.fetchall()}


def _facts(started_at: datetime, qualified: bool, kind: str, who: str, name: str, *measured: Any) -> Facts:
    assistant, person, score, cost, outcomes = measured
    return Facts(
        started_at, qualified, kind, who[:36], name, _seconds(assistant), _seconds(person), score, int(cost),
        read_outcomes(outcomes),
    )  # fmt: skip


def read_outcomes(stored: Any) -> tuple[tuple[str, int, str], ...]:
    """As the database keeps them."""
    told = orjson.loads(stored) if isinstance(stored, str) else stored
    return tuple((str(kind), int(worth), str(currency)) for kind, worth, currency in told)


def _seconds(wait: Any) -> int | None:
    return None if wait is None else max(0, int(wait.total_seconds()))
