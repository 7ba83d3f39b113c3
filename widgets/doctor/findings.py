"""What a check comes to: a symptom in the tenant's words, its cause, what mends it, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How grave it is, the gravest first."""

    BAD = "bad"  # visitors or customers go without something now
    WARN = "warn"  # some do, or soon will
    UNKNOWN = "unknown"  # it could not be looked at
    NOTE = "note"  # as it is meant, or over, and worth knowing
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Fix:
    """One press: a link to the control or, with `sends`, a form that does it."""

    words: str
    url: str
    sends: Mapping[str, str] = field(default_factory=dict)
    question: str = ""  # asked before it is done
    loss: str = ""  # what follows from it
    role: str = "admin"  # who may


@dataclass(frozen=True, slots=True)
class Line:
    """One call, as support wants to know it."""

    at: datetime
    status: int | None
    what: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `aside` is the figure beside one that is well, `summary` the evidence in words."""

    check: str
    state: State
    title: str
    cause: str = ""
    to_do: str = ""
    fixes: tuple[Fix, ...] = ()
    aside: str = ""
    summary: str = ""
    lines: tuple[Line, ...] = ()
    code: str = ""  # to copy somewhere else
    anchor: str = ""  # the guide's paragraph

    @property
    def is_troubled(self) -> bool:
        """Whether somebody should act, or at least look."""
        return self.state in (State.BAD, State.WARN, State.UNKNOWN)
