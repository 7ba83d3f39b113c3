"""What a try-out puts in the place of stored rows, and what the pipeline notes while one is on. Stores nothing.

The pipeline is the very one that answers visitors. Where it would read a transcript or an assistant's row it asks here
first, and where it decides something it leaves a note here; outside of a rehearsal both cost nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistants.providers.base import Completion, Passage, Prompt, ProviderError, Said

if TYPE_CHECKING:
    from assistants.models import Assistant, RoutingRule
    from assistants.safety.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers and why: `asked_for`, `speaks_already`, `rule`, `star`, `passed_on`. No assistant: people do."""

    by: str
    assistant_id: uuid.UUID | None = None
    name: str = ""
    rule: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model, and what it took."""

    model: str
    tokens_in: int
    tokens_out: int
    micros: int
    milliseconds: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model asked for, with what, and what came back."""

    name: str
    arguments: dict[str, Any]
    result: str = ""
    milliseconds: int = 0


@dataclass(slots=True)
class Rehearsal:
    """A turn that is only tried out: what it goes by, and the notes that the pipeline takes."""

    transcript: tuple[Said, ...]
    draft: Assistant | None = None
    routes: list[Route] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    asked: Verdict | None = None
    said: Verdict | None = None
    problem: str = ""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What the last prompt had to go by."""
        return self.prompts[-1].passages if self.prompts else ()


_current: ContextVar[Rehearsal | None] = ContextVar("rehearsal", default=None)


def current() -> Rehearsal | None:
    """The rehearsal that is on; None where a visitor waits."""
    return _current.get()


@contextmanager
def rehearsing(rehearsal: Rehearsal) -> Iterator[Rehearsal]:
    """Let the block's turns be tried out instead of answered."""
    token = _current.set(rehearsal)
    try:
        yield rehearsal
    finally:
        _current.reset(token)


def cast(
    found: dict[uuid.UUID, Assistant], *, named: list[uuid.UUID], facts: Sequence[str]
) -> dict[uuid.UUID, Assistant]:
    """The candidates, with the draft in the place of its row; one that isn't stored yet where it is asked for.

    `facts` are what a draft doesn't say of itself, and has from its row.
    """
    rehearsal = current()
    if rehearsal is None or rehearsal.draft is None:
        return found
    draft, row = rehearsal.draft, found.get(rehearsal.draft.pk)
    if row is None and draft.pk not in named:
        return found
    if row is not None:
        for fact in facts:
            setattr(draft, fact, getattr(row, fact))
    return {**found, draft.pk: draft}


def note_route(by: str, assistant: Assistant | None = None, rule: RoutingRule | None = None) -> None:
    """Who answers, and why."""
    if rehearsal := current():
        pk, name = (assistant.pk, assistant.name) if assistant else (None, "")
        route = Route(by, pk, name, rule.name if rule else "", rule.priority if rule else 0)
        if route not in rehearsal.routes[-1:]:  # decided once more, after the message was read
            rehearsal.routes.append(route)


def note_prompt(prompt: Prompt) -> None:
    """What the provider is going to know."""
    if rehearsal := current():
        rehearsal.prompts.append(prompt)


def note_call(model: str, completion: Completion, micros: int, milliseconds: int) -> None:
    """A model has answered."""
    if rehearsal := current():
        call = Call(model, completion.tokens_in, completion.tokens_out, micros, milliseconds)
        rehearsal.calls.append(call)


def note_failed_call(model: str, error: ProviderError, milliseconds: int) -> None:
    """A model has not answered."""
    if rehearsal := current():
        rehearsal.calls.append(Call(model, 0, 0, 0, milliseconds, error.message))


def note_tool_call(name: str, arguments: dict[str, Any], result: str = "", milliseconds: int = 0) -> None:
    """The model has asked for a tool."""
    if rehearsal := current():
        rehearsal.tool_calls.append(ToolCall(name, arguments, result, milliseconds))


def note_problem(words: str) -> None:
    """Why nobody answers, for an admin's eyes."""
    if rehearsal := current():
        rehearsal.problem = words


def note_asked(verdict: Verdict) -> Verdict:
    """What the visitor's message comes to."""
    if rehearsal := current():
        rehearsal.asked = verdict
    return verdict


def note_said(verdict: Verdict) -> Verdict:
    """What the candidate reply comes to."""
    if rehearsal := current():
        rehearsal.said = verdict
    return verdict
