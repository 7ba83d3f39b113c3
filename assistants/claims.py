"""Whose turn it is to read a source: claimed, renewed and given back by conditional updates, and not for ever."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from assistants.models import KnowledgeSource
from tenants.ownership import new_id

LEASE = timedelta(seconds=90)
"""Longer than any one step of reading: a file's 30 seconds, or a few slow pages."""

TRIES_MOST = 3
"""How often reading a source may break off without a word; then something about it kills workers."""

AT_ONCE = 4
"""Sources that are read at the same time, over all workers: other work must get its turn."""

AT_ONCE_FOR_TENANT = 2
"""Of one tenant."""

RETAKEN = "Reading it broke off three times. Try again, and tell us if it stays so."

_CLAIM = """
UPDATE assistants_knowledgesource AS source SET
    status = 'reading',
    claim = %(claim)s,
    lease_until = %(until)s,
    round = round + (status = 'waiting')::int,
    failure = CASE WHEN status = 'waiting' THEN '' ELSE failure END,
    tries = CASE WHEN status = 'waiting' THEN 0 WHEN claim IS NULL THEN tries ELSE tries + 1 END
WHERE id = %(source)s
    AND (status = 'waiting' OR status = 'reading' AND lease_until <= %(now)s)
    AND (SELECT count(*) < %(at_once)s AND count(*) FILTER (WHERE other.tenant_id = source.tenant_id) < %(of_tenant)s
        FROM assistants_knowledgesource other WHERE other.status = 'reading' AND other.lease_until > %(now)s)
RETURNING tenant_id, tries
"""


class ClaimLost(Exception):
    """Somebody else reads this source by now, or it was changed or deleted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one source and to store what was read."""

    source_id: uuid.UUID
    tenant_id: uuid.UUID
    token: uuid.UUID

    def renew(self) -> None:
        """Hold it for another while; also fences a write when it stands in its transaction. Raises ClaimLost."""
        self._change(lease_until=timezone.now() + LEASE)

    def give_back(self) -> None:
        """Let another worker go on with it."""
        self._change(claim=None, lease_until=timezone.now())

    def finish(self, **fields: Any) -> None:
        """Store how it ended."""
        self._change(claim=None, lease_until=None, read_at=timezone.now(), tries=0, **fields)

    def _change(self, **fields: Any) -> None:
        mine = KnowledgeSource.objects.for_tenant(self.tenant_id).filter(pk=self.source_id, claim=self.token)
        if not mine.filter(status=KnowledgeSource.Status.READING).update(**fields):
            raise ClaimLost


def claim(source_id: uuid.UUID) -> Claim | None:
    """Take a source that waits, or whose reader died; None when there is nothing to take or too much is being read."""
    now, token = timezone.now(), new_id()
    values: dict[str, Any] = {
        "source": source_id,
        "claim": token,
        "now": now,
        "until": now + LEASE,
        "at_once": AT_ONCE,
        "of_tenant": AT_ONCE_FOR_TENANT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        row = cursor.fetchone()
    if row is None:
        return None
    taken = Claim(source_id, row[0], token)
    if row[1] >= TRIES_MOST:
        taken.finish(status=KnowledgeSource.Status.FAILED, failure=RETAKEN)
        return None
    return taken


def waiting(limit: int) -> list[uuid.UUID]:
    """Sources that somebody should take: those nobody has begun with first, then those left alone the longest."""
    free = Q(status=KnowledgeSource.Status.WAITING)
    abandoned = Q(status=KnowledgeSource.Status.READING, lease_until__lte=timezone.now())
    sources = KnowledgeSource.objects.filter(free | abandoned).order_by(F("lease_until").asc(nulls_first=True), "id")
    return list(sources.values_list("pk", flat=True)[:limit])


def put_in_line_again() -> int:
    """Have those read anew whose time has come; how many."""
    fresh = {"status": KnowledgeSource.Status.WAITING, "next_read_at": None}
    return KnowledgeSource.objects.all().due().update(**fresh)
