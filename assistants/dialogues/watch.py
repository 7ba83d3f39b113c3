"""See when something changes that decides about replies, and have the dialogues run once it is calm again.

Nobody has to tell: what is looked at are the rows themselves, so a change counts from wherever it came. A change is
waited out for one more look, and until all sources are read, so that an import of many is one run and not many.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from assistants.dialogues import runs
from assistants.dialogues.fingerprints import State, being_read, fingerprint, state_of, surroundings, why
from assistants.models import Assistant, Dialogue, DialogueRun, DialogueWatch

CALM: Final = timedelta(seconds=10)
"""How long nothing more must have changed."""


def look() -> int:
    """Look at every assistant that has dialogues, and ask for the runs that are due; how many."""
    with_dialogues = Dialogue.objects.order_by().values("assistant_id").distinct()
    found = list(Assistant.objects.filter(pk__in=with_dialogues, active=True))
    busy = being_read({assistant.tenant_id for assistant in found}) if found else set()
    assistants = [assistant for assistant in found if assistant.tenant_id not in busy]
    around = surroundings({assistant.tenant_id for assistant in assistants}) if assistants else {}
    watches = _watches(assistants)
    return sum(_look_at(assistant, around[assistant.tenant_id], watches) for assistant in assistants)


def _look_at(assistant: Assistant, around: State, watches: dict[uuid.UUID, DialogueWatch]) -> bool:
    now, state = timezone.now(), state_of(assistant, around=around)
    watch = watches.get(assistant.pk) or DialogueWatch(tenant_id=assistant.tenant_id, assistant=assistant)
    if not watch.ran:  # its dialogues are new: from here on changes count
        _note(watch, ran=state, seen=state, seen_at=now)
    elif state == watch.ran:
        if watch.seen != state:
            _note(watch, seen=state, seen_at=now)
    elif state != watch.seen:
        _note(watch, seen=state, seen_at=now)
    elif now - watch.seen_at >= CALM:
        before = watch.ran
        _note(watch, ran=state)
        if not _was_run(assistant, state):
            runs.queue(assistant=assistant, reason=DialogueRun.Reason.CHANGE, why=why(before, state))
            return True
    return False


def _was_run(assistant: Assistant, state: State) -> bool:
    """Whether the very same was tried out whole before: a draft that was published as it is."""
    same = DialogueRun.objects.for_tenant(assistant.tenant_id).filter(
        assistant=assistant, fingerprint=fingerprint(state), dialogue=None
    )
    return same.exclude(state=DialogueRun.State.STOPPED).exists()


def _watches(assistants: Iterable[Assistant]) -> dict[uuid.UUID, DialogueWatch]:
    found = DialogueWatch.objects.filter(assistant_id__in=[assistant.pk for assistant in assistants])
    return {watch.assistant_id: watch for watch in found}


def _note(watch: DialogueWatch, **values: object) -> None:
    """Write only what was noticed: whether failures hold up publishing is set elsewhere."""
    DialogueWatch.objects.update_or_create(tenant_id=watch.tenant_id, assistant_id=watch.assistant_id, defaults=values)
