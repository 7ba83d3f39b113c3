"""What to check at a glance: who is in trouble is shown, the rest is folded away and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracking.probes.reports import Report

MOST_SHOWN = 5  # of those in trouble: more fill the page, and the figures below it are wanted too


@dataclass(frozen=True, slots=True)
class Overview:
    """The endpoints of a tenant. A single one is shown whatever it is like, and `line` is empty then."""

    shown: list[Report]
    folded: list[Report]
    state: str  # of the line, as of a verdict
    line: str

    @property
    def folded_words(self) -> str:
        """How many are folded away, and what they are like."""
        number = len(self.folded)
        whole = f"All {number}" if not self.shown else f"The other {number}" if number > 1 else "The other one"
        kinds = [(_count(self.folded, kind), kind) for kind in ("in trouble", "fine", "without a result", _RESTING)]
        there = [(count, kind) for count, kind in kinds if count]
        if len(there) == 1:
            return f"{whole}, {there[0][1]}"
        return f"{whole}: {', '.join(f'{count} {kind}' for count, kind in there)}"


_RESTING = "paused or disabled"


def look_over(reports: Sequence[Report]) -> Overview:
    """Of these, the worst first."""
    if len(reports) == 1:
        return Overview(list(reports), [], "", "")
    shown = [one for one in reports if one.is_troubled][:MOST_SHOWN]
    folded = sorted((one for one in reports if one not in shown), key=lambda one: not one.endpoint.is_active)
    return Overview(shown, folded, *_line(reports))


def _line(reports: Sequence[Report]) -> tuple[str, str]:
    """State and words."""
    if running := sum(one.is_running for one in reports):
        return "", f"Checking {running} endpoint{'s' if running > 1 else ''}…"
    active = [one for one in reports if one.endpoint.is_active]
    if troubled := _count(active, "in trouble"):
        return "warn", f"{troubled} of {_endpoints(active)} need{'s' if troubled == 1 else ''} a look."
    if unknown := _count(active, "without a result"):
        have = "has" if unknown == 1 else "have"
        return "", f"Nothing is known to be wrong, but {unknown} of {_endpoints(active)} {have} no result yet."
    if not active:
        return "", "Nothing is sent: all endpoints are paused or disabled."
    if len(active) == 1:
        return "good", "All is well: the active endpoint is reached, verifies our signature and answers in time."
    return "good", f"All is well: {_endpoints(active)} are reached, verify our signature and answer in time."


def _endpoints(active: Sequence[Report]) -> str:
    return f"{len(active)} active endpoint{'' if len(active) == 1 else 's'}"


def _count(reports: Sequence[Report], kind: str) -> int:
    return sum(_kind(one) == kind for one in reports)


def _kind(report: Report) -> str:
    if not report.endpoint.is_active:
        return _RESTING
    if report.is_troubled:
        return "in trouble"
    return "fine" if report.state == "good" else "without a result"
