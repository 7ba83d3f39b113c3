"""Talk with an assistant, saved or not, as a visitor would: through `services.answer`, and nothing is stored.

The playground and saved dialogues are made of this. What a turn leaves behind is a `Trace`, which says why the reply
came out as it did, and a `Standing`, which is all that the next turn goes by.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from assistants import services
from assistants.models import Assistant, Handoff
from assistants.prompts import MAX_LINES
from assistants.providers.base import Prompt, Said
from assistants.rehearsal import Call, Rehearsal, Route, ToolCall, rehearsing
from assistants.safety.verdicts import Verdict
from assistants.selection import AssistantMisconfigured, NoAssistant
from conversations.models import Conversation
from conversations.said import Received, Reply
from tenants.models import Tenant

PASSAGE_SHOWN: Final = 600
"""Characters of a passage that a trace keeps."""

PROMPT_SHOWN: Final = 30_000
"""Characters of the instructions that a trace keeps: more than an assistant may have."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of one thing that was said, and how: plain values, fit to be shown and to be kept.

    `text` is what the visitor reads, `withheld` what the assistant would have said where a rule stopped it, `verdict`
    one of sent, held, blocked, people and failed.
    """

    says: str
    text: str = ""
    line: str = ""
    withheld: str = ""
    verdict: str = "failed"
    status: str = ""
    reason: str = ""
    assistant_id: str = ""
    assistant: str = ""
    to_people: bool = False
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    micros: int = 0
    milliseconds: int = 0
    problem: str = ""
    routes: tuple[dict[str, Any], ...] = ()
    passages: tuple[dict[str, Any], ...] = ()
    sources: tuple[str, ...] = ()
    system: str = ""
    transcript: tuple[dict[str, str], ...] = ()
    calls: tuple[dict[str, Any], ...] = ()
    tool_calls: tuple[dict[str, Any], ...] = ()
    asked: tuple[dict[str, Any], ...] = ()
    asked_action: str = ""
    said: tuple[dict[str, Any], ...] = ()
    said_action: str = ""

    @property
    def words(self) -> str:
        """What the assistant wanted to say, whether or not it may be seen."""
        return self.withheld or self.text

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    @property
    def dollars(self) -> float:
        return self.micros / 1_000_000

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """A trace that was kept; what it didn't know yet is empty."""
        return cls(**{name: value for name, value in kept.items() if name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a talk stands: what was said, who speaks, who has passed it on, and whether people have it."""

    transcript: tuple[Said, ...] = ()
    speaker: uuid.UUID | None = None
    handed_over_by: tuple[uuid.UUID, ...] = ()
    with_people: bool = False

    def after(self, says: str, reply: Reply) -> Standing:
        """Where it stands once this was answered, as `conversations.turns.settle` would leave it."""
        lines = [*self.transcript, Said("visitor", says)]
        if reply.text is not None:
            lines.append(Said("assistant", reply.text))
        givers = (reply.handed_over_by,) if reply.handed_over_by else ()
        return Standing(
            transcript=tuple(lines[-MAX_LINES:]),
            speaker=reply.assistant_id or self.speaker,
            handed_over_by=(*self.handed_over_by, *givers),
            with_people=self.with_people or reply.to_people,
        )


async def say(
    text: str, *, tenant: Tenant, standing: Standing, draft: Assistant | None = None, asks: uuid.UUID | None = None
) -> tuple[Trace, Standing]:
    """What comes of the next thing a visitor says. With `draft` that assistant answers as it is there, not as stored.

    `asks` is the assistant that the visitor's page asks for; without it rules and stars decide, as on the website.
    """
    lines = (*standing.transcript, Said("visitor", text))
    with rehearsing(Rehearsal(lines[-MAX_LINES:], _ready(draft))) as notes:
        began = time.monotonic()
        try:
            reply = await services.answer(_received(text, tenant, standing), requested=asks)
        except NoAssistant:
            notes.problem = "No rule fits, and no assistant is the default for chat."
            reply = Reply(status="no_reply", reason=NoAssistant.code)
        except AssistantMisconfigured as problem:
            notes.problem = str(problem)
            reply = Reply(status="no_reply", reason=AssistantMisconfigured.code)
        took = round((time.monotonic() - began) * 1000)
    return _trace(text, reply, notes, took), standing.after(text, reply)


def _ready(draft: Assistant | None) -> Assistant | None:
    """The draft with all that the pipeline asks of a row; a stored one gets its hand-off from the row."""
    if draft is not None and draft._state.adding:  # noqa: SLF001  (the one way to ask)
        draft.handoff = Handoff()
    return draft


def _received(text: str, tenant: Tenant, standing: Standing) -> Received:
    """A message as if it had come in; nothing of it is stored."""
    return Received(
        tenant=tenant,
        session="rehearsal",
        conversation_id=uuid.uuid4(),
        message_id=uuid.uuid4(),
        client_id="rehearsal",
        claim=uuid.uuid4(),
        epoch=0,
        ai_paused=standing.with_people,
        assistant_id=standing.speaker,
        text=text,
        channel=Conversation.Channel.WIDGET,
        handed_over_by=standing.handed_over_by,
    )


def _trace(says: str, reply: Reply, notes: Rehearsal, took: int) -> Trace:
    return Trace(
        says=says,
        text=reply.text or "",
        line=reply.line,
        withheld=reply.withheld.text if reply.withheld else "",
        verdict=_verdict(reply),
        status=reply.status,
        reason=reply.reason,
        assistant_id=str(reply.assistant_id or ""),
        assistant=reply.author_name or (notes.routes[-1].name if notes.routes else ""),
        to_people=reply.to_people or reply.status == "human",
        model=reply.model or (notes.calls[-1].model if notes.calls else ""),
        tokens_in=sum(call.tokens_in for call in notes.calls),
        tokens_out=sum(call.tokens_out for call in notes.calls),
        micros=reply.cost_micros,
        milliseconds=took,
        problem=notes.problem,
        sources=tuple(source["title"] for source in reply.sources),
        **_noted(notes),
    )


def _noted(notes: Rehearsal) -> dict[str, Any]:
    """The notes as plain values."""
    prompt = notes.prompts[-1] if notes.prompts else Prompt("", ())
    return {
        "routes": tuple(_route(route) for route in notes.routes),
        "passages": tuple(
            {"source_id": p.source_id, "title": p.title, "text": p.text[:PASSAGE_SHOWN], "score": round(p.score, 2)}
            for p in prompt.passages
        ),
        "system": prompt.system[:PROMPT_SHOWN],
        "transcript": tuple({"author": said.author, "text": said.text} for said in prompt.transcript),
        "calls": _plain(notes.calls),
        "tool_calls": _plain(notes.tool_calls),
        "asked": _facts(notes.asked),
        "asked_action": notes.asked.action.value if notes.asked else "",
        "said": _facts(notes.said),
        "said_action": notes.said.action.value if notes.said else "",
    }


def _verdict(reply: Reply) -> str:
    if reply.status in ("held", "blocked"):
        return reply.status
    if reply.status == "human":
        return "people"
    return "sent" if reply.status == "answered" else "failed"


def _route(route: Route) -> dict[str, Any]:
    return asdict(route) | {"assistant_id": str(route.assistant_id or "")}


def _plain(notes: Sequence[Call | ToolCall]) -> tuple[dict[str, Any], ...]:
    return tuple(asdict(note) for note in notes)


def _facts(verdict: Verdict | None) -> tuple[dict[str, Any], ...]:
    """What was found, the level by the name that people know it by."""
    return verdict.facts() if verdict else ()


def resume(kept: dict[str, Any]) -> Standing:
    """A standing that went through a form and came back."""
    return Standing(
        transcript=tuple(Said(author, text) for author, text in kept["lines"]),
        speaker=uuid.UUID(kept["speaker"]) if kept["speaker"] else None,
        handed_over_by=tuple(uuid.UUID(giver) for giver in kept["givers"]),
        with_people=kept["people"],
    )


def pack(standing: Standing) -> dict[str, Any]:
    """A standing as plain values, to go through a form."""
    return {
        "lines": [[said.author, said.text] for said in standing.transcript],
        "speaker": str(standing.speaker or ""),
        "givers": [str(giver) for giver in standing.handed_over_by],
        "people": standing.with_people,
    }
