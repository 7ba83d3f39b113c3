"""A result as its page shows it: each turn with its trace, its checks in words, and what was said the time before."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from assistants.dialogues.checks import MUST, PEOPLE, Kind
from assistants.differences import Part, words
from assistants.models import DialogueResult
from assistants.trials import Trace


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A check in words."""

    words: str
    holds: bool
    instead: str


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One turn. `parts` is empty where the reply is the same as the time before, or where there was none."""

    trace: Trace
    checks: list[ShownCheck]
    parts: list[Part]

    @property
    def holds(self) -> bool:
        return self.trace.verdict != "failed" and all(check.holds for check in self.checks)


def shown_result(result: DialogueResult, before: DialogueResult | None, names: dict[uuid.UUID, str]) -> list[ShownTurn]:
    """The turns of a result, beside those of the one before; `names` are those of the tenant's assistants."""
    earlier = [Trace.from_json(turn["trace"]) for turn in before.turns] if before else []
    shown = []
    for number, turn in enumerate(result.turns):
        trace = Trace.from_json(turn["trace"])
        last = earlier[number] if number < len(earlier) and earlier[number].says == trace.says else None
        differs = last is not None and last.words != trace.words
        parts = words(last.words, trace.words) if last is not None and differs else []
        shown.append(ShownTurn(trace, [_check(check, names) for check in turn["checks"]], parts))
    return shown


def _check(check: dict[str, Any], names: dict[uuid.UUID, str]) -> ShownCheck:
    return ShownCheck(in_words(check, names), check["holds"], check["instead"])


def in_words(check: dict[str, Any], names: dict[uuid.UUID, str]) -> str:
    """What a reply must do, as a sentence without its subject."""
    kind, value = Kind(check["kind"]), check["value"]
    if kind is Kind.HELD:
        return MUST[kind]
    if kind is Kind.ROUTES_TO:
        value = "your team" if value == PEOPLE else names.get(uuid.UUID(value), "an assistant that was deleted")
        return f"{MUST[kind]} {value}"
    return f"{MUST[kind]} “{value}”"
