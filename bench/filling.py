"""Fill an empty database with a year of talk, by SQL: what F5 looks at."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from tenants.models import Membership, Role, Tenant
from tests import factories
from tracking import tallies
from tracking.analytics import counting
from tracking.models import WebhookEndpoint

SHARES = {"Acme": 0.9, "Globex": 0.09, "Initech": 0.01}
DELIVERIES = 0.2  # for each conversation, all of the last seven days
EVENTS = 0.3
LONG = 2_000  # messages of the long conversation
RARE, COMMON, NAME, EMAIL = "zeppelin", "delivery", "Quillfeather", "visitor4711@example.com"
_TYPES = ("conversation_started", "contact_captured", "lead_qualified", "conversation_resolved", "conversation_rated")
_SYLLABLES = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in ("", "r", "n")]
_HERE = Path(__file__).resolve().parent

_ID = """
CREATE FUNCTION pg_temp.id(kind bigint, number bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
    SELECT ('01900000-0000-7' || lpad(kind::text, 3, '0') || '-8000-' || lpad(to_hex(number), 12, '0'))::uuid
$$
"""
_LONG = """
INSERT INTO conversations_message (id, tenant_id, conversation_id, author, author_name, body, state, client_id, sources,
    metadata, created_at)
SELECT pg_temp.id(9, n), %(tenant)s, pg_temp.id(2, %(number)s), 'visitor', '', body, 'sent', '', '[]', '{}',
       now() - n * interval '1 s'
FROM said WHERE n <= %(long)s
"""
_ADD_UP = tallies.adding("(SELECT * FROM tracking_attempt WHERE tenant_id = %s) told")


@dataclass(frozen=True, slots=True)
class Filled:
    """Who looks at the tenant with the bulk, the owner of a small one, and how many rows there are."""

    owner: Membership
    agent: Membership
    small: Membership
    conversations: int
    messages: int
    counted_seconds: float  # for Analytics, by the product's own sweep


def fill(conversations: int) -> Filled:
    """So many conversations of ten messages, spread over a year and three tenants, with all that hangs on them."""
    tenants = [factories.make_tenant(name) for name in SHARES]
    people = {tenant.pk: _people(tenant) for tenant in tenants}
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
        cursor.execute("SET session_replication_role = replica")  # what is made here refers to what is there
        cursor.execute(_ID)
        _vocabulary(cursor)
        with _without_indexes(cursor):
            first = 1
            for tenant in tenants:
                last = first + round(conversations * SHARES[tenant.name]) - 1
                _talk(cursor, tenant, people[tenant.pk], first, last)
                _deliveries(cursor, tenant, last, round((last - first + 1) * DELIVERIES))
                if tenant == tenants[0]:
                    cursor.execute(_LONG, {"tenant": tenant.pk, "number": last, "long": LONG})
                first = last + 1
        cursor.execute("RESET session_replication_role; RESET work_mem; RESET maintenance_work_mem")
        cursor.execute("ANALYZE")
        began = time.monotonic()
        while counting.sweep():
            pass
        counted = time.monotonic() - began
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT count(*) FROM conversations_message")
        (messages,) = cursor.fetchone()
    owner, agent, *_ = people[tenants[0].pk]
    return Filled(owner, agent, people[tenants[-1].pk][0], conversations, messages, counted)


def _people(tenant: Tenant) -> list[Membership]:
    """An owner and five agents; and five endpoints."""
    for number in range(5):
        url = f"https://hooks{number}.example/in"
        WebhookEndpoint.objects.create(tenant=tenant, url=url, events=[], sealed=b"-", status="paused")
    return [factories.make_member(tenant, role) for role in (Role.OWNER, *[Role.AGENT] * 5)]


def _vocabulary(cursor: Any) -> None:
    """Sentences of 4,000 words, some said often and most seldom, as people do."""
    dice = random.Random(5)  # noqa: S311  (the same words each time)
    words = [f"{first}{second}" for first in _SYLLABLES for second in _SYLLABLES]
    words = [COMMON, "order", "price", "hello", *dice.sample(words, 3_996)]
    weights = [1 / (rank + 5) for rank in range(len(words))]
    rows = [" ".join(dice.choices(words, weights, k=dice.randint(3, 12))) for _ in range(50_000)]
    cursor.execute("CREATE TEMP TABLE said (n serial PRIMARY KEY, body text)")
    cursor.execute("INSERT INTO said (body) SELECT unnest(%s::text[])", [rows])
    cursor.execute("ANALYZE said")


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """The product's indexes, taken away while much is written and built again at once."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE 'CREATE UNIQUE%%'"
        " AND tablename ~ '^(conversations|tracking)_'"
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def _talk(cursor: Any, tenant: Tenant, people: list[Membership], first: int, last: int) -> None:
    values: dict[str, Any] = {"tenant": tenant.pk, "first": first, "last": last, "types": _types()}
    values |= {"people": [member.user_id for member in people], "name": f"Ines {NAME}", "rare": RARE}
    values["events"] = max(round((last - first + 1) * EVENTS), 1)
    _run(cursor, "talk.sql", values, days=365, rows=last - first + 1)


def _deliveries(cursor: Any, tenant: Tenant, last: int, count: int) -> None:
    endpoints = WebhookEndpoint.objects.for_tenant(tenant).in_order().values_list("pk", flat=True)
    values = {"tenant": tenant.pk, "endpoints": list(endpoints), "types": _types()}
    _run(cursor, "webhooks.sql", values | {"first": last - count + 1, "last": last}, days=7, rows=count)
    cursor.execute(_ADD_UP, [tenant.pk])


def _types() -> list[str]:
    return [f"autochat.{name}.v1" for name in _TYPES]


def _run(cursor: Any, file: str, values: dict[str, Any], *, days: int, rows: int) -> None:
    """Run a file's statements, with the time from row to row as `apart`."""
    cursor.execute("SELECT make_interval(days => %s) / %s", [days, max(rows, 1)])
    (apart,) = cursor.fetchone()
    for statement in (_HERE / file).read_text().split(";\n"):
        if statement.strip():
            cursor.execute(statement, values | {"apart": apart})
