"""What every AI provider takes and gives back: plain values, one error, two verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

TOTAL_BUDGET = 30.0
"""Seconds of wall clock for one reply, retry included: a visitor waits no longer for a machine."""

MAX_REPLY_CHARS = 16_000
"""Characters of a reply that are kept: four times what a visitor may send, more than a chat bubble bears."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the transcript."""

    author: Literal["visitor", "assistant", "agent"]
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the tenant's knowledge that may hold the answer.

    `score` says how much of the question it covers by `words`, `closeness` how near its meaning is; 0 where not asked.
    """

    text: str
    title: str = ""
    url: str = ""
    source_id: str = ""
    score: float = 0.0
    closeness: float = 0.0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """Something a model may ask for, as it is told of it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model asks for. The arguments are its own text: nobody has checked them yet."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolRound:
    """Calls of one of the model's answers, each with what came of it; `text` is what it said beside them."""

    calls: tuple[ToolCall, ...]
    results: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """The JSON that is wanted for an answer; servers that can't promise it are asked in words alone."""

    name: str
    schema: dict[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything a provider may know when it answers; the transcript's last line is the visitor's.

    `rounds` are calls of tools that this very answer has made so far; once it has made enough, it may not call.
    """

    system: str
    transcript: tuple[Said, ...]
    passages: tuple[Passage, ...] = ()
    language: str = ""
    tools: tuple[ToolSpec, ...] = ()
    rounds: tuple[ToolRound, ...] = ()
    may_call: bool = True
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A provider's answer. `sources` are passages it quotes; `found` is False when it honestly has none to give.

    With `calls` the model waits for what they come to; its text may be empty then.
    """

    text: str
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    finish_reason: str = "stop"
    sources: tuple[Passage, ...] = ()
    found: bool = True
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a model lives and how it is asked. An empty base URL means the vendor's own."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    temperature: float | None = None
    max_tokens: int | None = None


class Failure(StrEnum):
    """Why a provider gave no answer; a closed list, so that pages can group and explain it."""

    BAD_KEY = "bad_key"
    NO_CREDIT = "no_credit"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    CONTENT_FILTER = "content_filter"
    UNREACHABLE = "unreachable"
    GARBAGE = "garbage"
    SERVER_ERROR = "server_error"
    MODEL_NOT_FOUND = "model_not_found"
    REFUSED_ADDRESS = "refused_address"
    NOT_CONFIGURED = "not_configured"


PERMANENT = frozenset(
    {
        Failure.BAD_KEY,
        Failure.NO_CREDIT,
        Failure.CONTENT_FILTER,
        Failure.MODEL_NOT_FOUND,
        Failure.REFUSED_ADDRESS,
        Failure.NOT_CONFIGURED,
    }
)
"""Failures that the same request meets again until a person changes something."""


class ProviderError(Exception):
    """A provider gave no answer. The message tells an admin what to do and never holds a key or a reply's text."""

    def __init__(self, failure: Failure, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message
        self.permanent = failure in PERMANENT
        self.retry_after = retry_after

    def __repr__(self) -> str:
        return f"ProviderError({self.failure.value!r}, {self.message!r})"


Hear = Callable[[str], None]
"""Takes a reply as far as it has come, all of it each time. One that doesn't go on from the last was begun anew."""


class Provider(Protocol):
    """Something that answers."""

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer the prompt or raise ProviderError."""
        ...

    async def stream(self, prompt: Prompt, hear: Hear) -> Completion:
        """The same, with `hear` told the reply while it is being made, as often as the provider can."""
        ...
