"""The sums by day: what a conversation adds to them, and how a change of it is put into them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.db import connection

from tenants.ownership import new_id
from tracking.analytics import waits
from tracking.analytics.measuring import Facts

HOURS = 24
PLAIN = ("conversations", "qualified", "alone", "by_person", "rated", "scores", "cost_micros")
ARRAYS = {"hours": HOURS, "assistant_waits": waits.SLOTS, "person_waits": waits.SLOTS}

_Day = tuple[date, str, str]  # the day, kind and id of who wrote last
_Outcome = tuple[date, str, str]  # the day, event type and currency


def _sum_of(name: str) -> str:
    if slots := ARRAYS.get(name):
        places = ", ".join(f"t.{name}[{place}] + excluded.{name}[{place}]" for place in range(1, slots + 1))
        return f"{name} = ARRAY[{places}]"
    return f"{name} = t.{name} + excluded.{name}"


_COLUMNS = (*PLAIN, *ARRAYS)
_ADD_DAY = f"""
    INSERT INTO tracking_countedday AS t (id, tenant_id, day, kind, who, name, {", ".join(_COLUMNS)})
    VALUES (%s, %s, %s, %s, %s, %s, {", ".join(["%s"] * len(_COLUMNS))})
    ON CONFLICT (tenant_id, day, kind, who) DO UPDATE
    SET name = COALESCE(NULLIF(excluded.name, ''), t.name), {", ".join(map(_sum_of, _COLUMNS))}
"""  # noqa: S608  (column names of ours)
_ADD_OUTCOME = """
    INSERT INTO tracking_countedoutcome AS t (id, tenant_id, day, event_type, currency, conversations, worth)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (tenant_id, day, event_type, currency) DO UPDATE
    SET conversations = t.conversations + excluded.conversations, worth = t.worth + excluded.worth
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A conversation as it was counted before, if it was, and as it is now."""

    before: Facts | None
    now: Facts


class Sums:
    """What changes come to, by day: collected first, so that each row is written once."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.days: dict[_Day, list[int]] = {}
        self.names: dict[_Day, tuple[datetime, str]] = {}
        self.outcomes: dict[_Outcome, list[int]] = {}

    def add(self, change: Change) -> None:
        """Take away what it was and put what it is."""
        if change.before:
            self._put(change.before, -1)
        self._put(change.now, 1)

    def _put(self, facts: Facts, sign: int) -> None:
        local = facts.started_at.astimezone(self.zone)
        key = (local.date(), facts.kind, facts.who)
        sums = self.days.setdefault(key, [0] * (len(PLAIN) + sum(ARRAYS.values())))
        for place, value in enumerate(plain_of(facts)):
            sums[place] += sign * value
        for place in _slots_of(facts, local.hour):
            sums[len(PLAIN) + place] += sign
        if sign > 0:  # what is taken away may bear a name of long ago
            self.names[key] = max(self.names.get(key, (facts.started_at, "")), (facts.started_at, facts.name))
        for event_type, worth, currency in facts.outcomes:
            counted = self.outcomes.setdefault((local.date(), event_type, currency), [0, 0])
            counted[0] += sign
            counted[1] += sign * worth

    def _name_of(self, key: _Day) -> str:
        return self.names[key][1] if key in self.names else ""

    def write(self, tenant_id: uuid.UUID) -> None:
        """Add them to the tenant's days. Whoever calls holds the lock of the tenant's progress."""
        days: list[tuple[Any, ...]] = [
            (new_id(), tenant_id, *key, self._name_of(key), *_parted(sums))
            for key, sums in self.days.items()
            if any(sums)
        ]
        outcomes: list[tuple[Any, ...]] = [
            (new_id(), tenant_id, *key, *counted) for key, counted in self.outcomes.items() if any(counted)
        ]
        with connection.cursor() as cursor:
            if days:
                cursor.executemany(_ADD_DAY, days)
            if outcomes:
                cursor.executemany(_ADD_OUTCOME, outcomes)


def plain_of(facts: Facts) -> tuple[int, ...]:
    """What a conversation adds to the columns of `PLAIN`."""
    by_person, by_assistant = facts.person_seconds is not None, facts.assistant_seconds is not None
    alone, rated = by_assistant and not by_person, facts.score is not None
    return (1, facts.qualified, alone, by_person, rated, facts.score or 0, facts.cost_micros)


def _slots_of(facts: Facts, hour: int) -> Iterable[int]:
    """The places among all slots, those of `ARRAYS` one after the other, where it counts as one."""
    yield hour
    if facts.assistant_seconds is not None:
        yield HOURS + waits.slot_of(facts.assistant_seconds)
    if facts.person_seconds is not None:
        yield HOURS + waits.SLOTS + waits.slot_of(facts.person_seconds)


def _parted(sums: Sequence[int]) -> Iterable[int | list[int]]:
    yield from sums[: len(PLAIN)]
    at = len(PLAIN)
    for slots in ARRAYS.values():
        yield list(sums[at : at + slots])
        at += slots
