"""In which state everything is that decides about an assistant's replies: to see that something has changed."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection
from dataclasses import asdict
from typing import Final

from django.db import connection

from assistants.models import Assistant, KnowledgeSource
from assistants.versions import Values, values_of
from conversations.facts import asked_of_visitors

State = dict[str, str]

WORDS: Final = {
    "assistant": "a new version",
    "knowledge": "the knowledge base",
    "safety": "the safety lists",
    "routing": "the routing rules",
    "handoff": "when visitors are passed on",
    "tools": "the tools",
    "questions": "what visitors are asked",
}

_STATES = """
    SELECT tenant.id,
        (SELECT concat_ws(' ', count(*), max(source.changed_at))
            FROM assistants_knowledgesource source WHERE source.tenant_id = tenant.id),
        (SELECT policy.changed_at::text FROM assistants_safetypolicy policy WHERE policy.tenant_id = tenant.id),
        (SELECT md5(string_agg(rule::text, '' ORDER BY rule.id))
            FROM assistants_routingrule rule WHERE rule.tenant_id = tenant.id),
        (SELECT md5(string_agg(handoff::text, '' ORDER BY handoff.id))
            FROM assistants_handoff handoff WHERE handoff.tenant_id = tenant.id),
        (SELECT md5(concat(
            (SELECT string_agg(tool::text, '' ORDER BY tool.id) FROM assistants_tool tool
                WHERE tool.tenant_id = tenant.id),
            (SELECT string_agg(used::text, '' ORDER BY used.id) FROM assistants_tooluser used
                WHERE used.tenant_id = tenant.id),
            (SELECT string_agg(allowed::text, '' ORDER BY allowed.id) FROM assistants_allowance allowed
                WHERE allowed.tenant_id = tenant.id))))
    FROM tenants_tenant tenant WHERE tenant.id = ANY(%s)
"""


def surroundings(tenants: Collection[uuid.UUID]) -> dict[uuid.UUID, State]:
    """What assistants of these tenants stand on, beside their own values; two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [list(tenants)])
        rows = cursor.fetchall()
    names = ("knowledge", "safety", "routing", "handoff", "tools")
    states = {tenant: {name: value or "" for name, value in zip(names, row, strict=True)} for tenant, *row in rows}
    for tenant, fields in asked_of_visitors(tenants).items():
        states[tenant]["questions"] = _digest([asdict(field) for field in fields])
    return states


def being_read(tenants: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these tenants whose files or sites are being read: what they know changes until that is over."""
    sources = KnowledgeSource.objects.filter(tenant_id__in=tenants)
    busy = sources.filter(status__in=(KnowledgeSource.Status.WAITING, KnowledgeSource.Status.READING))
    return set(busy.values_list("tenant_id", flat=True).distinct())


def state_of(assistant: Assistant, values: Values | None = None, *, around: State | None = None) -> State:
    """Everything that decides about the replies of an assistant, or of its draft."""
    around = around or surroundings([assistant.tenant_id])[assistant.tenant_id]
    return {"assistant": _digest(values_of(assistant) if values is None else values), **around}


def fingerprint(state: State) -> str:
    """A state in a few letters, to be compared."""
    return _digest(state)


def why(before: State, after: State) -> str:
    """What has changed, in words."""
    return ", ".join(words for part, words in WORDS.items() if before.get(part) != after.get(part))


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
