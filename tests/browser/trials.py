"""An assistant that is being worked on: a draft, versions, dialogues that pass and fail."""

from __future__ import annotations

import dataclasses

from django.utils import timezone

from assistants import versions
from assistants.dialogues import book, runs
from assistants.models import DialogueResult, DialogueRun
from assistants.trials import Trace
from conversations.models import Conversation
from tests.world import Company

PROMPT = "You help people who buy lamps and tables.\nAnswer in at most four sentences. Never promise refunds."
PASSES = Trace(
    says="How long does delivery take to Norway?",
    text="Five to seven days, and you can.",
    verdict="sent",
    status="answered",
    assistant="Acme’s assistant",
    model="gpt-4.1-mini",
    tokens_in=1204,
    tokens_out=58,
    micros=600,
    milliseconds=855,
    routes=({"by": "rule", "name": "Acme’s assistant", "rule": "Delivery and returns", "priority": 60},),
    passages=({"source_id": "", "title": "How long does delivery take?", "text": "Five days.", "score": 0.82},),
    sources=("How long does delivery take?",),
    system=PROMPT,
    calls=({"model": "gpt-4.1-mini", "tokens_in": 1204, "tokens_out": 58, "micros": 600, "milliseconds": 840,
            "problem": ""},),
    tool_calls=({"name": "look_up_order", "arguments": {"number": 4711}, "result": "On its way", "milliseconds": 9},),
    asked_action="let_through",
    said_action="let_through",
)  # fmt: skip
FAILS = dataclasses.replace(
    PASSES, says="I want my money back", text="", withheld="You get all of it back.", verdict="held", status="held"
)


def work_on(company: Company, thread: Conversation) -> dict[str, str]:
    """Leave a draft, versions, dialogues and runs; the pages on which they are seen."""
    assistant, by = company.assistant, company.owner.user
    for prompt in (PROMPT, PROMPT.replace("four", "two") + "\nWhen it is about a present, be warm."):
        _draft(company, prompt)
        versions.publish_draft(
            assistant=assistant, mark=versions.edition(assistant).mark, by=by, note="Shorter, after the campaign"
        )
        assistant.refresh_from_db()
    _draft(company, PROMPT.replace("lamps", "lamps, chairs"))
    draft = versions.edition(assistant).draft
    assert draft
    book.set_blocking(assistant=assistant, blocks=True)
    _dialogues(company)
    _run(company, runs.queue(assistant=assistant, reason="change", why="the knowledge base"), fails=False)
    run = _run(company, runs.queue(assistant=assistant, reason="publication", values=draft.values, by=by), fails=True)
    waiting = runs.queue(assistant=assistant, reason="by_hand", by=by)
    failed = DialogueResult.objects.get(run=run, passed=False)
    here = f"/assistants/{assistant.pk}"
    return {
        "versions": f"{here}/versions",
        "comparison": f"{here}/versions/compared?from=1&to=3",
        "publication": f"{here}/publication",
        "dialogues": f"{here}/dialogues",
        "dialogue": f"/assistants/dialogues/{failed.dialogue_id}",
        "dialogue-of": f"/assistants/dialogues/of/{thread.pk}",
        "run": f"/assistants/runs/{run.pk}",
        "run-waiting": f"/assistants/runs/{waiting.pk}",
        "result": f"/assistants/results/{failed.pk}",
    }


def _draft(company: Company, prompt: str) -> None:
    assistant = company.assistant
    values = {**versions.values_of(assistant), "prompt": prompt, "provider": "openai", "model": "gpt-4.1-mini"}
    mark = versions.edition(assistant).mark
    versions.save_draft(assistant=assistant, values=values, mark=mark, by=company.admin.user)


def _dialogues(company: Company) -> None:
    for name, trace, check in (
        ("Delivery to Norway", PASSES, {"kind": "contains", "value": "five to seven days"}),
        ("Somebody wants the money back and is quite angry about it", FAILS, {"kind": "lacks", "value": "all of it"}),
    ):
        turns = [{"says": trace.says, "was": "It takes a week.", "checks": [check]}]
        book.add_dialogue(assistant=company.assistant, by=company.admin.user, name=name, routed=True, turns=turns)


def _run(company: Company, run: DialogueRun, *, fails: bool) -> DialogueRun:
    """As a worker leaves it."""
    claim = runs.claim(run.pk)
    assert claim
    for dialogue in runs.left(run):
        trace = FAILS if fails and "money" in dialogue.name else PASSES
        checks = [check | {"holds": trace is PASSES, "instead": ""} for check in dialogue.turns[0]["checks"]]
        turns = [{"trace": trace.to_json(), "checks": checks}]
        runs.keep_result(run, claim, dialogue, passed=trace is PASSES, turns=turns, micros=600, milliseconds=855)
    runs.finish(run, claim)
    DialogueRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
    return run
