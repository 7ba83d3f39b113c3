"""Play dialogues against an assistant, a slice of time at once. Holds no transaction while a model thinks.

Each result is stored as it comes, so a worker that dies costs the dialogues it was at; the next one does the rest.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

import structlog

from assistants import trials
from assistants.dialogues import runs
from assistants.dialogues.checks import Check, Kind, Outcome, is_answered, judge
from assistants.models import Assistant, Dialogue, DialogueRun
from assistants.providers.registry import aclose_all
from assistants.trials import Standing, Trace
from assistants.versions import with_values
from tenants import wall
from tenants.database import in_database
from tenants.models import Tenant

logger = structlog.get_logger("autochat.assistants")

AT_ONCE: Final = 3
"""Dialogues of one run that are played at the same time: visitors' own calls have to get through beside them."""

SLICE: Final = 60.0
"""Seconds after which a worker lets go of a run, so that a long one holds up nobody else's work."""

TEXT_KEPT: Final = 300
"""Characters of a passage that a stored trace keeps."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What the dialogues of a run are played with."""

    run: DialogueRun
    tenant: Tenant
    assistant: Assistant
    draft: Assistant | None
    left: list[Dialogue]


async def play_slice(run_id: uuid.UUID) -> bool:
    """Work on a run for a while; whether any of it is left for another time."""
    try:
        return await _play_claimed(run_id)
    finally:
        await aclose_all()  # this event loop ends with the task


async def _play_claimed(run_id: uuid.UUID) -> bool:
    claim = await in_database(runs.claim, run_id)
    if claim is None:
        return False
    try:
        stage = await in_database(_set, run_id)
        with wall.around(stage.tenant):
            is_whole = await _play_all(stage, claim)
            if is_whole:
                await in_database(runs.finish, stage.run, claim)
            else:
                await in_database(runs.let_go, run_id, claim)
    except runs.ClaimLost:
        logger.info("dialogues stopped", run_id=str(run_id))
        return False
    return not is_whole


def _set(run_id: uuid.UUID) -> Stage:
    run = DialogueRun.objects.select_related("assistant__tenant", "assistant__provider_key").get(pk=run_id)
    draft = with_values(run.assistant, run.values) if run.values is not None else None
    return Stage(run, run.assistant.tenant, run.assistant, draft, runs.left(run))


async def _play_all(stage: Stage, claim: uuid.UUID) -> bool:
    """Play what is left until the time is up; whether all of it was played."""
    ends, waiting = time.monotonic() + SLICE, list(reversed(stage.left))

    async def player() -> None:
        while waiting and time.monotonic() < ends:
            await _play(stage, claim, waiting.pop())

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(player())
    except* runs.ClaimLost:
        raise runs.ClaimLost from None
    return not waiting


async def _play(stage: Stage, claim: uuid.UUID, dialogue: Dialogue) -> None:
    """Play one dialogue from its first turn to its last, and keep what came of it."""
    standing, kept, micros, took, passed = Standing(), [], 0, 0, True
    asks = None if dialogue.routed else stage.assistant.pk
    for number, turn in enumerate(dialogue.turns):
        await in_database(runs.renew, stage.run.pk, claim)
        trace, standing = await trials.say(
            turn["says"], tenant=stage.tenant, standing=standing, draft=stage.draft, asks=asks
        )
        outcomes = [judge(Check(Kind(check["kind"]), check["value"]), trace) for check in turn["checks"]]
        passed = passed and is_answered(trace) and all(outcome.holds for outcome in outcomes)
        micros, took = micros + trace.micros, took + trace.milliseconds
        kept.append({"trace": _slim(trace, is_first=number == 0), "checks": [_plain(o) for o in outcomes]})
    await in_database(
        runs.keep_result, stage.run, claim, dialogue, passed=passed, turns=kept, micros=micros, milliseconds=took
    )


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.check.kind.value,
        "value": outcome.check.value,
        "holds": outcome.holds,
        "instead": outcome.instead,
    }


def _slim(trace: Trace, *, is_first: bool) -> dict[str, Any]:
    """A trace as it is stored: the instructions once per dialogue, of passages only their beginning."""
    kept = trace.to_json()
    passages = tuple({**passage, "text": passage["text"][:TEXT_KEPT]} for passage in trace.passages)
    return kept | {"passages": passages, "transcript": (), "system": trace.system if is_first else ""}
