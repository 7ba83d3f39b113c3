"""The one way from a text to what is done about it: live chats, try-outs and the test box all go through here. Pure.

A medium match is settled by a second call to the model where there is one, and counts as certain where there is none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from asgiref.sync import async_to_sync

from assistants.providers.small_talk import Kind, small_talk
from assistants.safety.policy import LABELS, Finding, Level, Policy, strictest

Confirm = Callable[[str, list[Finding]], Awaitable[bool]]
"""Whether a text really is as serious as its keywords sound."""


class Action(StrEnum):
    """What is done about a text."""

    LET_THROUGH = "let_through"
    HAND_OVER = "hand_over"
    SERIOUS = "serious"
    HOLD = "hold"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text set off, what is done about it, and why in the words of the queue."""

    action: Action
    findings: tuple[Finding, ...] = ()
    why: str = ""

    def facts(self) -> tuple[dict[str, Any], ...]:
        """The findings as they are kept and shown to the team."""
        done = {"action": self.action.value}
        return tuple(asdict(f) | {"level": f.level.value, "label": LABELS[f.level]} | done for f in self.findings)


async def check_visitor(policy: Policy, text: str, confirm: Confirm | None) -> Verdict:
    """What a visitor's message means for who may answer it."""
    findings = policy.in_visitors_text(text)
    level = strictest(findings)
    if level is Level.SERIOUS_MEDIUM and not await _is_serious(text, findings, confirm):
        level = Level.ESCALATION if any(f.level is Level.ESCALATION for f in findings) else None
    if level in (Level.SERIOUS_HIGH, Level.SERIOUS_MEDIUM):
        return Verdict(Action.SERIOUS, tuple(findings))
    if level is Level.ESCALATION:
        return Verdict(Action.HAND_OVER, tuple(findings))
    courtesy = small_talk(text)
    if courtesy is not None and courtesy.kind is Kind.PERSON:
        asked = Finding(Level.ESCALATION, "asks for a person", system=True, start=0, end=len(text), text=text)
        return Verdict(Action.HAND_OVER, (*findings, asked))
    return Verdict(Action.LET_THROUGH, tuple(findings))


async def check_reply(policy: Policy, text: str, confirm: Confirm | None, *, review: str, is_first: bool) -> Verdict:
    """What a candidate reply comes to under an assistant's review policy; nobody reviews where that says never."""
    findings = policy.in_reply(text)
    level = strictest(findings)
    if level is Level.BLOCKED:
        return Verdict(Action.BLOCK, tuple(findings))
    serious = level is Level.SERIOUS_HIGH or (level is not None and await _is_serious(text, findings, confirm))
    if serious:
        action = Action.SERIOUS if review == "never" else Action.HOLD
        return Verdict(action, tuple(findings), "flagged")
    if review == "always" or (review == "first_reply" and is_first):
        return Verdict(Action.HOLD, tuple(findings), review)
    return Verdict(Action.LET_THROUGH, tuple(findings))


async def _is_serious(text: str, findings: list[Finding], confirm: Confirm | None) -> bool:
    return confirm is None or await confirm(text, findings)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a text would set off on either side, where a medium match counts as certain."""

    as_visitor: Action
    as_reply: Action
    matches: tuple[Finding, ...]


def judge_text(policy: Policy, text: str) -> Judgement:
    """A text tried without a conversation: the very checks of a chat, with no model to ask and replies reviewed."""
    asked = async_to_sync(check_visitor)(policy, text, None)
    said = async_to_sync(check_reply)(policy, text, None, review="flagged", is_first=False)
    both = {(f.start, f.end, f.keyword): f for f in (*asked.findings, *said.findings)}
    return Judgement(asked.action, said.action, tuple(both[place] for place in sorted(both)))
