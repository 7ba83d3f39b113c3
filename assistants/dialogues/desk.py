"""What people do with runs: ask for one, see how the dialogues stand, publish when they do."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from assistants import versions
from assistants.dialogues import book, runs, tasks
from assistants.dialogues.fingerprints import fingerprint, state_of
from assistants.models import (
    Assistant,
    AssistantVersion,
    Dialogue,
    DialogueResult,
    DialogueRun,
)
from assistants.models.dialogue import DialogueQuerySet
from assistants.versions import Values
from tenants.models import User

logger = structlog.get_logger("autochat.assistants")


class HeldUp(Exception):
    """Dialogues fail, or weren't run with this draft, and nobody has said that it is published all the same."""

    def __init__(self, standing: Standing) -> None:
        super().__init__("Saved dialogues hold up publishing.")
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Standing:
    """How an assistant's dialogues stand with certain values: each with its result, where it has one."""

    results: dict[Dialogue, DialogueResult | None]
    run: DialogueRun | None = None

    @property
    def failing(self) -> list[Dialogue]:
        return [dialogue for dialogue, result in self.results.items() if result and not result.passed]

    @property
    def missing(self) -> list[Dialogue]:
        return [dialogue for dialogue, result in self.results.items() if result is None]

    @property
    def passing(self) -> int:
        return len(self.results) - len(self.failing) - len(self.missing)

    @property
    def open(self) -> list[Dialogue]:
        """Those that speak against publishing."""
        return [*self.failing, *self.missing]

    @property
    def is_running(self) -> bool:
        return self.run is not None and not self.run.is_over


def run_now(
    *, assistant: Assistant, by: User, dialogue: Dialogue | None = None, values: Values | None = None
) -> DialogueRun:
    """Have all dialogues of an assistant run, or one; with `values` as its draft has them."""
    reason = DialogueRun.Reason.BY_HAND if values is None else DialogueRun.Reason.PUBLICATION
    run = runs.queue(assistant=assistant, reason=reason, values=values, dialogue=dialogue, by=by)
    transaction.on_commit(_ring)
    return run


def _ring() -> None:
    """Wake a worker. Without a broker the run waits for the next look: the row is the queue."""
    try:
        tasks.play_dialogues.delay()
    except OperationalError as problem:
        logger.warning("no broker to ring", problem=str(problem))


def standing(assistant: Assistant, values: Values | None = None) -> Standing:
    """How the dialogues stand with these values, everything around them being as it is now; three queries."""
    mark = fingerprint(state_of(assistant, values))
    dialogues = list(_dialogues(assistant).in_order())
    found = DialogueResult.objects.for_tenant(assistant.tenant_id).filter(
        run__fingerprint=mark, dialogue__in=dialogues, created_at__gte=F("dialogue__changed_at")
    )
    latest = {result.dialogue_id: result for result in found.defer("turns").order_by("created_at")}
    mine = DialogueRun.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant, fingerprint=mark)
    return Standing({d: latest.get(d.pk) for d in dialogues}, mine.filter(dialogue=None).in_order().first())


@transaction.atomic
def publish(
    *, assistant: Assistant, mark: str, by: User, note: str = "", despite: Collection[uuid.UUID] = ()
) -> AssistantVersion:
    """Publish the draft. Where dialogues hold it up, `despite` must name all that do. Raises HeldUp, and what
    `versions.publish_draft` raises."""
    looked_at = versions.edition(assistant)
    if looked_at.mark != mark:
        raise versions.DraftChanged
    if looked_at.draft is not None and book.watch_of(assistant).blocks_publishing:
        now = standing(assistant, looked_at.draft.values)
        if not {dialogue.pk for dialogue in now.open} <= set(despite):
            raise HeldUp(now)
    return versions.publish_draft(assistant=assistant, mark=mark, by=by, note=note)


def latest_results(assistant: Assistant) -> dict[uuid.UUID, DialogueResult]:
    """The last result of each dialogue; one query."""
    found = DialogueResult.objects.for_tenant(assistant.tenant_id).filter(dialogue__assistant=assistant)
    latest = found.defer("turns").order_by("dialogue_id", "-created_at").distinct("dialogue_id")
    return {result.dialogue_id: result for result in latest}


def earlier_results(run: DialogueRun) -> dict[uuid.UUID, DialogueResult]:
    """For each dialogue of a run what came of it the time before; one query."""
    found = DialogueResult.objects.for_tenant(run.tenant_id).filter(
        dialogue__in=DialogueResult.objects.for_tenant(run.tenant_id).filter(run=run).values("dialogue_id"),
        run__created_at__lt=run.created_at,
    )
    latest = found.order_by("dialogue_id", "-created_at").distinct("dialogue_id")
    return {result.dialogue_id: result for result in latest}


def _dialogues(assistant: Assistant) -> DialogueQuerySet:
    return Dialogue.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant)
