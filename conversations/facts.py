"""What visitors are asked beside who they are. The app that keeps the answers says here which, for those who ask."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a tenant wants to know of each visitor; `key` names it among a turn's facts.

    `type` is `text`, `number`, `choice`, `yes_no` or `date`; only a choice has `choices`.
    """

    key: str
    label: str
    type: str = "text"
    choices: tuple[str, ...] = ()


Wanted = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Sequence[Field]]]
_wanted: list[Wanted] = []


def wanted_by(wanted: Wanted) -> None:
    """Let `wanted` say what each of some tenants wants to know, the most important first."""
    _wanted.append(wanted)


def asked_of_visitors(tenants: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Field]]:
    """What these tenants want to know of their visitors; those that want to know nothing aren't in it."""
    asked: dict[uuid.UUID, list[Field]] = {}
    for wanted in _wanted:
        for tenant_id, fields in wanted(tenants).items():
            if fields:
                asked.setdefault(tenant_id, []).extend(fields)
    return asked
