"""Visitors who wait for a reply that is held: told once that it takes longer, where the tenant wants that."""

from __future__ import annotations

import uuid

from django.db import connection, transaction
from django.utils import timezone

from assistants.models import Holding, Review
from conversations import held
from tenants import audit
from tenants.models import Tenant, Verb

BATCH = 200

_DUE = """
    SELECT DISTINCT review.tenant_id, review.conversation_id, holding.text
    FROM assistants_review review JOIN assistants_holding holding ON holding.tenant_id = review.tenant_id
    WHERE review.decision = '' AND review.told_at IS NULL
        AND review.created_at < now() - holding.minutes * interval '1 minute'
    LIMIT %s
"""


@transaction.atomic
def set_holding(tenant: Tenant, *, minutes: int | None, text: str) -> None:
    """Say after how many minutes visitors are told what; None means never."""
    stored = Holding.objects.for_tenant(tenant).first()
    before = audit.snapshot(stored, ("minutes", "text")) if stored else {"minutes": None, "text": ""}
    after = {"minutes": minutes, "text": "" if minutes is None else text}
    seen = audit.changes(before, after, shown=["minutes"])
    audit.record_changes(Verb.SAFETY_CHANGED, tenant=tenant, name="text while a reply is held", changes=seen)
    if minutes is None:
        Holding.objects.for_tenant(tenant).delete()
    else:
        Holding.objects.update_or_create(tenant=tenant, defaults={"minutes": minutes, "text": text})


def tell_all() -> int:
    """Tell every visitor who has waited long enough; how many were told."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [BATCH])
        due = cursor.fetchall()
    return sum(_tell(*waiting) for waiting in due)


@transaction.atomic
def _tell(tenant_id: uuid.UUID, conversation_id: uuid.UUID, text: str) -> bool:
    """Claim what waits in a conversation by one conditional UPDATE: of two who tell at once, one does."""
    waiting = Review.objects.for_tenant(tenant_id).waiting().filter(conversation=conversation_id, told_at=None)
    return bool(waiting.update(told_at=timezone.now())) and held.tell_waiting(tenant_id, conversation_id, text)
