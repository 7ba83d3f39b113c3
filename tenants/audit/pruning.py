"""Forget what is old, in parts; the database lets nothing else of the log be deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models.functions import Now

from tenants.models import AuditEntry
from tenants.models.audit import KEPT

BATCH: Final = 5_000
MARGIN: Final = timedelta(minutes=1)
"""The database's rule looks at the beginning of the transaction, a query at its own."""


def forget() -> int:
    """Delete entries whose time is over, by the database's clock as its own rule has it; how many."""
    forgotten, part = 0, BATCH
    while part == BATCH:
        old = AuditEntry.objects.filter(at__lt=Now() - KEPT - MARGIN).order_by("at").values("pk")[:BATCH]
        part = AuditEntry.objects.filter(pk__in=old).delete()[0]
        forgotten += part
    return forgotten
