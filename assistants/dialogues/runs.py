"""Runs of dialogues as rows: asked for once, held by one worker at a time, finished whoever began them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from assistants.dialogues.fingerprints import fingerprint, state_of
from assistants.models import Assistant, Dialogue, DialogueResult, DialogueRun
from assistants.versions import Values
from tenants.models import User

LEASE: Final = timedelta(seconds=90)
"""How long a worker may say nothing before another takes its run over: one turn is answered within 30 seconds."""

KEPT: Final = 30
"""Runs of one assistant that are kept."""

TRIES: Final = 5
"""How often a run is taken up without getting a dialogue further: whatever ends its workers would go on doing so."""

State = DialogueRun.State


class ClaimLost(Exception):
    """The run was stopped, or another worker has it."""


def queue(
    *,
    assistant: Assistant,
    reason: str,
    values: Values | None = None,
    dialogue: Dialogue | None = None,
    by: User | None = None,
    why: str = "",
) -> DialogueRun:
    """Ask for a run; where the very same is asked for already and isn't over, that one."""
    mark = fingerprint(state_of(assistant, values))
    total = 1 if dialogue else Dialogue.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).count()
    try:
        with transaction.atomic():
            return DialogueRun.objects.create(
                tenant_id=assistant.tenant_id,
                assistant=assistant,
                dialogue=dialogue,
                reason=reason,
                why=why,
                values=values,
                fingerprint=mark,
                asked_by=by,
                total=total,
            )
    except IntegrityError:
        same = DialogueRun.objects.for_tenant(assistant.tenant_id).unfinished()
        return same.get(assistant=assistant, fingerprint=mark, dialogue=None)


def due(limit: int = 20) -> list[uuid.UUID]:
    """Runs that a worker may take, the oldest first; a tenant that has one in hand waits its turn."""
    now = timezone.now()
    busy = DialogueRun.objects.held(now).values("tenant_id")
    waiting = DialogueRun.objects.due(now).exclude(tenant_id__in=busy)
    return list(waiting.order_by("created_at", "id").values_list("pk", flat=True)[:limit])


def claim(run_id: uuid.UUID) -> uuid.UUID | None:
    """Take a run into one's hands by one conditional UPDATE; the claim, or None where somebody was faster."""
    now, mine = timezone.now(), uuid.uuid4()
    taken = DialogueRun.objects.due(now).filter(pk=run_id)
    won = taken.update(state=State.RUNNING, claim=mine, lease_expires_at=now + LEASE, tries=F("tries") + 1)
    return mine if won else None


def give_up() -> int:
    """End the runs that were taken up in vain too often; how many."""
    in_vain = DialogueRun.objects.due(timezone.now()).filter(tries__gte=TRIES)
    return sum(stop(run) for run in in_vain)


def renew(run_id: uuid.UUID, mine: uuid.UUID) -> None:
    """Go on holding a run. Raises ClaimLost."""
    held = DialogueRun.objects.filter(pk=run_id, claim=mine, state=State.RUNNING)
    if not held.update(lease_expires_at=timezone.now() + LEASE):
        raise ClaimLost


def let_go(run_id: uuid.UUID, mine: uuid.UUID) -> None:
    """Leave a run for the next worker."""
    held = DialogueRun.objects.filter(pk=run_id, claim=mine, state=State.RUNNING)
    held.update(state=State.WAITING, claim=None, lease_expires_at=None, tries=0)


def left(run: DialogueRun) -> list[Dialogue]:
    """The dialogues that have no result in this run yet."""
    mine = Dialogue.objects.for_tenant(run.tenant_id).filter(assistant_id=run.assistant_id)
    if run.dialogue_id:
        mine = mine.filter(pk=run.dialogue_id)
    done = DialogueResult.objects.for_tenant(run.tenant_id).filter(run=run).values("dialogue_id")
    return list(mine.exclude(pk__in=done).in_order())


@transaction.atomic
def keep_result(run: DialogueRun, mine: uuid.UUID, dialogue: Dialogue, **values: Any) -> None:
    """Store what came of a dialogue, once. Raises ClaimLost. A dialogue deleted meanwhile leaves nothing."""
    renew(run.pk, mine)
    there = Dialogue.objects.for_tenant(run.tenant_id).select_for_update(no_key=True).filter(pk=dialogue.pk)
    if there.exists():
        DialogueResult.objects.get_or_create(tenant_id=run.tenant_id, run=run, dialogue=dialogue, defaults=values)
    DialogueRun.objects.filter(pk=run.pk).update(tries=0)


def finish(run: DialogueRun, mine: uuid.UUID) -> None:
    """Write down how a run went as a whole, and forget the oldest ones."""
    sums = counted(run)
    held = DialogueRun.objects.filter(pk=run.pk, claim=mine, state=State.RUNNING)
    held.update(state=State.DONE, finished_at=timezone.now(), claim=None, lease_expires_at=None, **sums)
    _forget_old(run)


def _forget_old(run: DialogueRun) -> None:
    over = DialogueRun.objects.for_tenant(run.tenant_id).filter(assistant_id=run.assistant_id)
    over = over.filter(state__in=(State.DONE, State.STOPPED))
    over.filter(pk__in=list(over.in_order().values_list("pk", flat=True)[KEPT:])).delete()


def counted(run: DialogueRun) -> dict[str, int]:
    """How far a run has come, out of its results."""
    results = DialogueResult.objects.for_tenant(run.tenant_id).filter(run=run)
    sums = results.aggregate(done=Count("pk"), good=Count("pk", filter=Q(passed=True)), cost=Sum("micros"))
    return {"passed": sums["good"], "failed": sums["done"] - sums["good"], "micros": sums["cost"] or 0}


def stop(run: DialogueRun) -> bool:
    """End a run before all is done; what came of it so far stays."""
    unfinished = DialogueRun.objects.for_tenant(run.tenant_id).unfinished().filter(pk=run.pk)
    return bool(
        unfinished.update(state=State.STOPPED, finished_at=timezone.now(), lease_expires_at=None, **counted(run))
    )
