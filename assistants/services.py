"""Answer a visitor: prepare in the database, think on the event loop, hand back plain values. Stores nothing."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import structlog
from django.utils import timezone

from assistants import budget, calls, handoff, rehearsal, replying, understanding
from assistants import speech as speeches
from assistants.guard import Guard, judged, not_answered
from assistants.models import Assistant
from assistants.policies import policy_as_of, policy_of
from assistants.prompts import MAX_LINES, build_prompt, question, system_text
from assistants.providers.base import Passage, Prompt, ProviderError, Said
from assistants.retrieval import with_meaning
from assistants.routing.readings import Reading, ReadingWanted
from assistants.routing.rules import Situation
from assistants.safety.policy import Policy
from assistants.safety.verdicts import Action
from assistants.search import find_passages
from assistants.selection import PeopleAnswer, select
from assistants.speech import Hushed, Speech
from assistants.tools.toolbox import Toolbox, pack
from assistants.tools.work import Work
from conversations import turns
from conversations.models import Conversation, Message
from conversations.said import Received, Reply
from tenants.database import in_database
from tenants.models import Tenant

logger = structlog.get_logger("autochat.assistants")

_AUTHORS: dict[str, Literal["visitor", "assistant", "agent"]] = {
    Message.Author.VISITOR: "visitor",
    Message.Author.ASSISTANT: "assistant",
    Message.Author.AGENT: "agent",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that answering needs from the database."""

    assistant: Assistant
    prompt: Prompt
    policy: Policy
    passed_on: handoff.PassedOn | None = None
    toolbox: Toolbox = field(default_factory=Toolbox)
    work: Work = field(default_factory=Work)
    speech: Speech | None = None

    @property
    def guard(self) -> Guard:
        """What stands between this assistant and the visitor."""
        return Guard(self.policy, self.assistant, self.prompt)


def prepare(received: Received, *, requested: uuid.UUID | None) -> Prepared | None:
    """What `answer` would begin with by reading it itself, for callers that are in the database already.

    None where something is in the way: `answer` will meet it again, and say or ask what it takes.
    """
    if received.ai_paused:
        return None
    with suppress(Exception):
        return _prepare(received, requested)
    return None


async def answer(
    received: Received,
    *,
    requested: uuid.UUID | None,
    prepared: Prepared | None = None,
    speech: Speech | None = None,
) -> Reply:
    """What the assistant says to the message that was received, or why nobody does (contract §3, S11).

    `prepared` is what `prepare` gave. `speech` grows while the reply is made, as far as it may be seen. Raises
    selection.NoAssistant and selection.AssistantMisconfigured. Holds no thread, connection or transaction while the
    provider thinks. Visitors, their retries, the playground and saved dialogues all come in here.
    """
    if received.ai_paused:
        return Reply(status="human", reason="human_takeover", attention="")
    with calls.billed() as bill:
        try:
            prepared = replace(prepared or await _prepared_for(received, requested), speech=speech)
        except PeopleAnswer:
            return replace(handoff.reply_by_rule(), cost_micros=bill.micros)
        asked = await prepared.guard.look_at_visitor(received.text)
        reply = not_answered(prepared.guard, asked)
        if reply is None:
            prepared = await _with_meaning(prepared)
        if reply is None or (prepared.passed_on and asked.action is Action.HAND_OVER):
            reply = await _answered(received, prepared)
    return prepared.work.told_by(replace(reply, set_off_by_visitor=asked.facts(), cost_micros=bill.micros))


async def _prepared_for(received: Received, requested: uuid.UUID | None) -> Prepared:
    """What answering needs; where a rule depends on what a model makes of the message, that is asked first."""
    try:
        return await in_database(_prepare, received, requested)
    except ReadingWanted as wanted:
        reading = await understanding.read(wanted.by, received)
    return await in_database(_prepare, received, requested, reading)


async def _with_meaning(prepared: Prepared) -> Prepared:
    """With the passages that lie near the question in meaning, too, where there are any such."""
    prompt = prepared.prompt
    passages = await with_meaning(prepared.assistant, question(prompt.transcript), prompt.passages)
    if passages == prompt.passages:
        return prepared
    rehearsal.note_prompt(prompt := replace(prompt, passages=passages))
    return replace(prepared, prompt=prompt)


async def _answered(received: Received, prepared: Prepared) -> Reply:
    """What the assistant says, or the one that it passes the visitor on to."""
    if prepared.passed_on:
        return await _pass_on(received, prepared, prepared.passed_on)
    reply = await _reply(received, prepared)
    if prepared.work.passed_on:
        return await _pass_on(received, prepared, prepared.work.passed_on)
    if reply.attention == Conversation.Attention.NO_ANSWER_FOUND and prepared.assistant.handoff.on_no_answer:
        return await _pass_on(
            received, prepared, await in_database(handoff.without_answer, received, prepared.assistant)
        )
    reply = await _guarded(prepared, reply)
    again = handoff.is_failure(reply) and prepared.assistant.handoff.on_failures
    if again and await in_database(turns.failed_before, received):
        return handoff.after_failures(received, prepared.assistant, reply)
    return reply


async def _guarded(prepared: Prepared, reply: Reply) -> Reply:
    """The reply as far as the safety rules and the review policy let it be seen."""
    if reply.status != "answered" or reply.text is None:
        return reply
    return judged(prepared.guard, reply, await prepared.guard.look_at_reply(reply.text))


async def _pass_on(received: Received, prepared: Prepared, passed_on: handoff.PassedOn) -> Reply:
    """Let the other assistant answer, or nobody but people."""
    if passed_on.to is None:
        rehearsal.note_route("passed_on")
        return handoff.reply_to_people(passed_on)
    rehearsal.note_route("passed_on", passed_on.to)
    taken_over = await in_database(_taken_over, received, prepared, passed_on.to)
    return handoff.mark(await _guarded(taken_over, await _reply(received, taken_over)), passed_on)


async def _reply(received: Received, prepared: Prepared) -> Reply:
    """What one assistant says, and what that rests on."""
    try:
        answer = await speeches.ask(prepared.guard, prepared.speech, prepared.toolbox, prepared.work)
    except Hushed:
        reply = speeches.stopped(prepared.assistant, prepared.speech)
    except budget.BudgetSpent:
        rehearsal.note_problem("This month's AI budget is used up. Raise it under Settings, AI budget.")
        return replying.unaffordable(prepared.assistant, prepared.prompt)
    except ProviderError as error:
        rehearsal.note_problem(error.message)
        logger.warning("provider failed", failure=error.failure.value, tenant_id=str(prepared.assistant.tenant_id))
        return replying.failed(prepared.assistant, error)
    else:
        reply = replying.said(prepared.assistant, answer.completion)
    return replying.credited(reply, prepared.prompt, prepared.work.passages, names=received.tenant.name)


def _prepare(received: Received, requested: uuid.UUID | None, reading: Reading | None = None) -> Prepared:
    """Three reads: the assistant, the transcript, the passages; more where it has tools or the safety rules are new."""
    local_time = timezone.now().astimezone(received.tenant.tzinfo)
    assistant = select(
        received.tenant,
        requested=handoff.still_wanted(requested, received),
        current=received.assistant_id,
        situation=Situation(received.text, received.channel, local_time, reading, may_read=True),
    )
    passed_on = handoff.for_what_is_said(received, assistant, reading)
    transcript = _transcript(received)
    passages = find_passages(received.tenant.pk, question(transcript)) if _has_knowledge(assistant) else []
    prepared = _prepared(assistant, received.tenant, transcript, passages)
    if passed_on:
        return replace(prepared, passed_on=passed_on)
    return replace(prepared, toolbox=pack(received, assistant))


def _taken_over(received: Received, prepared: Prepared, by: Assistant) -> Prepared:
    """The same question for another assistant, which may do all that it is allowed but pass the visitor on at once."""
    system = system_text(assistant=by, company=by.tenant.name, today=_today(by.tenant))
    prompt = replace(prepared.prompt, system=system)
    rehearsal.note_prompt(prompt)
    toolbox = pack(received, by, passes_on=False)
    return replace(prepared, assistant=by, prompt=prompt, toolbox=toolbox, passed_on=None)


def _has_knowledge(assistant: Assistant) -> bool:
    """As `selection.select` found it; searching is the dearest of the reads."""
    return bool(getattr(assistant, "has_knowledge", True))


def _policy(assistant: Assistant) -> Policy:
    """As `selection.select` found it."""
    tenant_id = assistant.tenant_id
    if hasattr(assistant, "policy_changed_at"):
        return policy_as_of(tenant_id, assistant.policy_changed_at)
    return policy_of(tenant_id)


def _prepared(assistant: Assistant, tenant: Tenant, transcript: list[Said], passages: list[Passage]) -> Prepared:
    prompt = build_prompt(
        assistant=assistant, company=tenant.name, today=_today(tenant), transcript=transcript, passages=passages
    )
    rehearsal.note_prompt(prompt)
    return Prepared(assistant, prompt, _policy(assistant))


def _transcript(received: Received) -> list[Said]:
    """The conversation's last lines up to the message that is being answered, oldest first."""
    if trial := rehearsal.current():
        return list(trial.transcript)
    lines = turns.last_lines(received, MAX_LINES)
    return [Said(_AUTHORS[author], body) for author, body in lines if author in _AUTHORS]


def _today(tenant: Tenant) -> date:
    return timezone.now().astimezone(tenant.tzinfo).date()
