"""What conversations led to and what was learned in them. The app that keeps it says here how to ask for it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reached:
    """An outcome of a conversation, as people read it; a lead is the one that counts most."""

    label: str
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody: the question's label, the answer, who said it, and in which conversation."""

    label: str
    answer: str
    said_by: str
    conversation_id: uuid.UUID


OutcomesOf = Callable[[uuid.UUID, Collection[uuid.UUID]], Mapping[uuid.UUID, Sequence[Reached]]]
AnswersOf = Callable[[uuid.UUID, uuid.UUID], Sequence[Known]]
_outcomes: list[OutcomesOf] = []
_answers: list[AnswersOf] = []


def told_by(*, outcomes: OutcomesOf, answers: AnswersOf) -> None:
    """Let these say what a tenant's conversations led to, and what is known of one of its contacts."""
    _outcomes.append(outcomes)
    _answers.append(answers)


def outcomes_of(tenant_id: uuid.UUID, conversations: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Reached]]:
    """What each of these conversations led to; those that led to nothing aren't in it."""
    found: dict[uuid.UUID, list[Reached]] = {}
    for ask in _outcomes if conversations else ():
        for pk, reached in ask(tenant_id, conversations).items():
            found.setdefault(pk, []).extend(reached)
    return found


def answers_of(tenant_id: uuid.UUID, contact_id: uuid.UUID) -> list[Known]:
    """What is known of a contact, each question once: the answer of the newest conversation that has one."""
    return [known for ask in _answers for known in ask(tenant_id, contact_id)]
