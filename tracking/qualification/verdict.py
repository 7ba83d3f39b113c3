"""Whether what is known of a visitor makes them a lead, and why. Never raises, whatever the values are."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracking.qualification import values
from tracking.qualification.definition import OPERATORS, Field, known_fields


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was asked, and whether it is so."""

    field: str
    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Qualified or not, with a reason for each thing that was asked."""

    qualified: bool
    why: tuple[Reason, ...]


def judge(fields: list[Field], criteria: Any, known: Mapping[str, Any]) -> Verdict:
    """Every required field has a value, and the criteria hold. Where nothing is asked, nobody qualifies."""
    everything = known_fields(fields)
    why: list[Reason] = []
    complete = [_is_known(field, known, why) for field in fields if field.required]
    asked = bool(complete or criteria)
    holds = _holds(criteria, everything, known, why) if criteria else True
    if not asked:
        why.append(Reason("", False, "Nothing is asked: make a field required or add a condition."))
    return Verdict(asked and all(complete) and holds, tuple(why))


def _is_known(field: Field, known: Mapping[str, Any], why: list[Reason]) -> bool:
    is_there = values.read(field.type, known.get(field.key)) is not None
    why.append(Reason(field.key, is_there, f"{field.label} {'is known' if is_there else 'is required and not known'}."))
    return is_there


def _holds(node: Any, fields: dict[str, Field], known: Mapping[str, Any], why: list[Reason]) -> bool:
    if not isinstance(node, dict):
        return False
    if "field" in node:
        return _condition_holds(node, fields, known, why)
    results = [
        [_holds(child, fields, known, why) for child in children]
        for kind in ("all", "any")
        if isinstance(children := node.get(kind), list)
    ]
    if not results:
        return False
    return all(results[0]) and bool(results[0]) if "all" in node else any(results[0])


def _condition_holds(
    node: dict[str, Any], fields: dict[str, Field], known: Mapping[str, Any], why: list[Reason]
) -> bool:
    named, verb, wanted = node.get("field"), node.get("operator"), node.get("value")
    field = fields.get(named) if isinstance(named, str) else None
    if field is None or not isinstance(verb, str) or verb not in OPERATORS:
        why.append(Reason(_shown(named), False, f"There is no field “{_shown(named)}” any more."))
        return False
    value = values.read(field.type, known.get(field.key))
    if verb == "exists":
        holds = (value is not None) == (wanted is not False)
    else:
        holds = value is not None and _COMPARE[verb](field, value, wanted)
    why.append(Reason(field.key, holds, _said(field, verb, wanted, known.get(field.key), value)))
    return holds


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Field, Any, Any], bool]:
    def holds(field: Field, value: Any, wanted: Any) -> bool:
        other = values.read(field.type, wanted)
        return other is not None and compare(value, other)

    return holds


def _contains(field: Field, value: Any, wanted: Any) -> bool:
    part = values.text(wanted)
    return part is not None and part in (values.text(str(value)) or "")


def _in(field: Field, value: Any, wanted: Any) -> bool:
    return isinstance(wanted, list) and value in [values.read(field.type, one) for one in wanted]


_COMPARE: dict[str, Callable[[Field, Any, Any], bool]] = {
    "eq": _ordered(operator.eq),
    "ne": _ordered(operator.ne),
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
    "contains": _contains,
    "in": _in,
}


def _said(field: Field, verb: str, wanted: Any, raw: Any, value: Any) -> str:
    if verb == "exists":
        asked = "is known" if wanted is not False else "is not known"
        return f"{field.label} {asked}: it {'is' if value is not None else 'isn’t'}."
    asked = f"{field.label} {OPERATORS[verb]} {_shown(wanted)}"
    return f"{asked}: it is {_shown(raw)}." if value is not None else f"{asked}: it is not known."


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(_shown(one) for one in value[:5])
    if isinstance(value, bool):
        return "yes" if value else "no"
    try:
        return str(value)[:80]
    except ValueError:  # a whole number of more digits than Python writes out
        return "a very large number"
