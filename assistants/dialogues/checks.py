"""What can be asked of a reply, and whether it holds. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assistants.trials import Trace

PEOPLE: Final = "people"
"""Stands for an assistant's id where a visitor is to be sent to the team."""


class Kind(StrEnum):
    """What is asked of a reply."""

    CONTAINS = "contains"
    LACKS = "lacks"
    ROUTES_TO = "routes_to"
    HELD = "held"
    CALLS_TOOL = "calls_tool"
    CITES = "cites"


LABELS: Final = {
    Kind.CONTAINS: "contains",
    Kind.LACKS: "doesn’t contain",
    Kind.ROUTES_TO: "comes from",
    Kind.HELD: "is held for review",
    Kind.CALLS_TOOL: "calls the tool",
    Kind.CITES: "cites the source",
}
MUST: Final = {
    Kind.CONTAINS: "must contain",
    Kind.LACKS: "must not contain",
    Kind.ROUTES_TO: "must come from",
    Kind.HELD: "must be held for review",
    Kind.CALLS_TOOL: "must call the tool",
    Kind.CITES: "must cite the source",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold of a reply."""

    kind: Kind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a check holds, and what was found instead where it doesn't."""

    check: Check
    holds: bool
    instead: str = ""


def judge(check: Check, trace: Trace) -> Outcome:
    """Whether a reply is as it must be. A held or blocked reply is judged by what the assistant wanted to say."""
    holds = _JUDGES[check.kind](check.value, trace)
    return Outcome(check, holds, "" if holds else _instead(check, trace))


def is_answered(trace: Trace) -> bool:
    """Whether anything came of it at all; where nothing did, no check can make the turn pass."""
    return trace.verdict != "failed"


def folded(text: str) -> str:
    """A text as two are compared: without case, kinds of quotes, width and spacing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = plain.translate(str.maketrans("’‘“”", "''\"\""))
    return " ".join(plain.split())


def _comes_from(wanted: str, trace: Trace) -> bool:
    return trace.to_people if wanted == PEOPLE else trace.assistant_id == wanted and not trace.to_people


def _cites(wanted: str, trace: Trace) -> bool:
    """A passage of a source is named after it, with its own heading behind."""
    named = [folded(title) for title in trace.sources]
    return any(title == folded(wanted) or title.startswith(f"{folded(wanted)} · ") for title in named)


_JUDGES: Final[dict[Kind, Callable[[str, Trace], bool]]] = {
    Kind.CONTAINS: lambda value, trace: folded(value) in folded(trace.words),
    Kind.LACKS: lambda value, trace: folded(value) not in folded(trace.words),
    Kind.ROUTES_TO: _comes_from,
    Kind.HELD: lambda _, trace: trace.verdict == "held",
    Kind.CALLS_TOOL: lambda value, trace: any(call["name"] == value for call in trace.tool_calls),
    Kind.CITES: _cites,
}


def _instead(check: Check, trace: Trace) -> str:
    """What was found, in a few words."""
    if check.kind is Kind.ROUTES_TO:
        return "It went to your team." if trace.to_people else f"It came from {trace.assistant or 'nobody'}."
    if check.kind is Kind.HELD:
        return "It was sent at once." if trace.verdict == "sent" else ""
    if check.kind is Kind.CITES:
        return f"It cites {', '.join(trace.sources)}." if trace.sources else "It cites nothing."
    if check.kind is Kind.CALLS_TOOL:
        called = ", ".join(dict.fromkeys(call["name"] for call in trace.tool_calls))
        return f"It called {called}." if called else "It called no tool."
    return ""
