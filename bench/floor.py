"""The floor of F1 and F2: a bare ASGI function that runs the turn's SQL and calls the same provider. No framework.

It stores what the product stores, in the same tables and the same two transactions, through asynchronous psycopg, and
asks the model with one aiohttp session. What the product takes beyond it is the price of being a product.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import psycopg
import uuid_utils.compat
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

DATABASE = os.environ["DATABASE_URL"]
MODEL_URL = os.environ["BENCH_MODEL_URL"]
POOL = int(os.environ.get("BENCH_POOL", "6"))

Connection = psycopg.AsyncConnection[dict[str, Any]]
Message = dict[str, Any]

_ADMIT = """
    SELECT t.*, n.*, w.primary_color, ARRAY(SELECT domain FROM widgets_alloweddomain d WHERE d.tenant_id = t.tenant_id)
    FROM widgets_widgettoken t JOIN tenants_tenant n ON n.id = t.tenant_id
    LEFT JOIN widgets_widgetsettings w ON w.tenant_id = n.id WHERE t.tenant_id = %s AND t.revoked_at IS NULL LIMIT 1
"""
_TURN = """
    INSERT INTO conversations_turn (message_id, tenant_id, session, client_id, state, claim, lease_expires_at)
    VALUES (%s, %s, %s, %s, 'answering', %s, now() + interval '10 s') ON CONFLICT DO NOTHING
"""
_JOIN = """
    UPDATE conversations_conversation SET last_message_at = clock_timestamp(), unread = unread + 1, preview = %s
    WHERE tenant_id = %s AND session = %s AND status = 'open' RETURNING *
"""
_BEGIN = """
    INSERT INTO conversations_conversation
        (id, tenant_id, channel, session, status, epoch, ai_paused, qualified, attention, unread,
         preview, preview_author, started_at, last_message_at, page_url, page_title, handed_over_by)
    VALUES (%s, %s, 'widget', %s, 'open', 0, false, false, '', 1, %s, 'visitor', now(), now(), '', '', '{}')
    ON CONFLICT (tenant_id, session) WHERE status = 'open' DO NOTHING RETURNING *
"""
_COUNT = """
    INSERT INTO tenants_usageperiod AS m (id, tenant_id, starts, conversations, days, told_of)
    VALUES (%s, %s, %s, 1, array_fill(1, ARRAY[31]), 0) ON CONFLICT (tenant_id, starts) DO UPDATE
    SET conversations = m.conversations + 1, days[1] = m.days[1] + 1 RETURNING conversations
"""
_MAPPING = "SELECT * FROM tracking_outcomemapping WHERE tenant_id = %s AND event_type = %s"
_OUTCOME = """
    INSERT INTO tracking_outcome (id, tenant_id, conversation_id, type, source, occurred_at, detail, emit_browser)
    VALUES (%s, %s, %s, %s, 'system', now(), %s, true) ON CONFLICT (conversation_id, type) DO NOTHING
"""
_LISTENERS = """
    SELECT id FROM tracking_webhookendpoint WHERE tenant_id = %s AND events @> ARRAY[%s]::varchar[] FOR KEY SHARE
"""
_STARTED = "autochat.conversation_started.v1"
_MESSAGE = """
    INSERT INTO conversations_message
        (id, tenant_id, conversation_id, author, author_name, body, state, client_id, sources, metadata, created_at)
    VALUES (%s, %s, %s, %s, '', %s, 'sent', %s, '[]', '{}', clock_timestamp())
"""
_EVENTS = """
    WITH counter AS (
        INSERT INTO conversations_eventcounter AS c (tenant_id, seq) VALUES (%(tenant)s, 2)
        ON CONFLICT (tenant_id) DO UPDATE SET seq = c.seq + 2 RETURNING seq
    )
    INSERT INTO conversations_event (tenant_id, seq, type, conversation_id, data, at)
    SELECT %(tenant)s, counter.seq - 2 + e.ord, 'message:new', %(conversation)s, e.data::jsonb, clock_timestamp()
    FROM counter, unnest(%(data)s::text[]) WITH ORDINALITY AS e (data, ord) RETURNING seq, at
"""
_ASSISTANT = """
    SELECT *, EXISTS(SELECT 1 FROM assistants_knowledgesource s WHERE s.tenant_id = a.tenant_id) AS has_knowledge
    FROM assistants_assistant a WHERE tenant_id = %s AND (is_default_chat OR is_default)
"""
_TRANSCRIPT = """
    SELECT author, body FROM conversations_message WHERE tenant_id = %s AND conversation_id = %s AND state = 'sent'
    ORDER BY created_at DESC, id DESC LIMIT 20
"""
_LAND = """
    UPDATE conversations_conversation SET last_message_at = clock_timestamp(), preview = %s, assistant_id = %s
    WHERE id = %s AND tenant_id = %s AND epoch = %s AND status = 'open' AND NOT ai_paused RETURNING *
"""
_SETTLE = "UPDATE conversations_turn SET state = 'settled', answer = %s WHERE message_id = %s AND claim = %s"


class Outside:
    """The two things that a turn talks to, opened on the server's loop by the first one."""

    pool: AsyncConnectionPool[Any] | None = None
    http: aiohttp.ClientSession | None = None


@dataclass(slots=True)
class Turn:
    """One visitor's message on its way."""

    tenant: uuid.UUID
    message_id: uuid.UUID
    claim: uuid.UUID
    conversation: dict[str, Any] = field(default_factory=dict)
    assistant: uuid.UUID | None = None


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Any]
) -> None:
    """One chat call: admitted, received, answered, settled."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    status, answer = (200, b"{}") if scope["path"] == "/healthz" else (200, await _turn(scope, orjson.loads(body)))
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": answer})


async def _turn(scope: Message, asked: dict[str, Any]) -> bytes:
    tenant = uuid.UUID(scope["path"].split("/")[3])
    turn = Turn(tenant, uuid_utils.compat.uuid7(), uuid.uuid4())
    prompt = await _receive(turn, asked)
    return await _settle(turn, await _ask(prompt))


async def _connections() -> AsyncConnectionPool[Any]:
    if Outside.pool is None:
        Outside.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        Outside.pool = AsyncConnectionPool(
            DATABASE, min_size=POOL, max_size=POOL, open=False, kwargs={"row_factory": dict_row}, timeout=120
        )
        await Outside.pool.open()
    return Outside.pool


async def _receive(turn: Turn, asked: dict[str, Any]) -> list[dict[str, str]]:
    async with (await _connections()).connection() as db:
        await (await db.execute(_ADMIT, [turn.tenant])).fetchone()
        await db.commit()
        async with db.transaction():
            await _store(db, turn, asked)
        assistant = await (await db.execute(_ASSISTANT, [turn.tenant])).fetchone()
        lines = await (await db.execute(_TRANSCRIPT, [turn.tenant, turn.conversation["id"]])).fetchall()
    assert assistant is not None
    turn.assistant = assistant["id"]
    roles = {"visitor": "user"}
    return [{"role": roles.get(line["author"], "assistant"), "content": line["body"]} for line in reversed(lines)]


async def _store(db: Connection, turn: Turn, asked: dict[str, Any]) -> None:
    tenant, session, text = turn.tenant, asked["sessionId"], asked["message"]
    await db.execute(_TURN, [turn.message_id, tenant, session, asked["messageId"], turn.claim])
    conversation = await (await db.execute(_JOIN, [text, tenant, session])).fetchone()
    if conversation is None:
        begin = [uuid_utils.compat.uuid7(), tenant, session, text]
        conversation = await (await db.execute(_BEGIN, begin)).fetchone()
        await db.execute(_COUNT, [uuid_utils.compat.uuid7(), tenant, dt.datetime.now(dt.UTC).date().replace(day=1)])
        assert conversation is not None
        await _tell_started(db, tenant, conversation["id"])
    assert conversation is not None
    turn.conversation = conversation
    await db.execute(_MESSAGE, [turn.message_id, tenant, conversation["id"], "visitor", text, asked["messageId"]])
    await _log(db, turn, text)


async def _tell_started(db: Connection, tenant: uuid.UUID, conversation_id: uuid.UUID) -> None:
    await (await db.execute(_MAPPING, [tenant, _STARTED])).fetchone()
    detail = json.dumps({"conversation_id": str(conversation_id), "event_type": _STARTED})
    await db.execute(_OUTCOME, [uuid_utils.compat.uuid7(), tenant, conversation_id, _STARTED, detail])
    await (await db.execute(_LISTENERS, [tenant, _STARTED])).fetchall()


async def _log(db: Connection, turn: Turn, text: str) -> None:
    conversation = turn.conversation["id"]
    data = [orjson.dumps({"id": str(conversation), "message": text}).decode()] * 2
    values = {"tenant": turn.tenant, "conversation": conversation, "data": data}
    await (await db.execute(_EVENTS, values)).fetchall()


async def _ask(prompt: list[dict[str, str]]) -> str:
    assert Outside.http is not None
    async with Outside.http.post(
        f"{MODEL_URL}/chat/completions",
        json={"model": "double", "messages": [{"role": "system", "content": "Answer."}, *prompt]},
        headers={"Authorization": "Bearer sk-bench"},
    ) as response:
        return str((await response.json())["choices"][0]["message"]["content"])


async def _settle(turn: Turn, said: str) -> bytes:
    conversation = turn.conversation
    answer = {"conversationId": str(conversation["id"]), "message": said}
    land = [said[:140], turn.assistant, conversation["id"], turn.tenant, conversation["epoch"]]
    async with (await _connections()).connection() as db, db.transaction():
        await db.execute(_LAND, land)
        posted = [uuid_utils.compat.uuid7(), turn.tenant, conversation["id"], "assistant", said, ""]
        await db.execute(_MESSAGE, posted)
        await db.execute(_SETTLE, [json.dumps(answer), turn.message_id, turn.claim])
        await _log(db, turn, said)
    return orjson.dumps({"success": True, **answer})
