"""Fields and criteria, checked: what is wrong is said with its path, as in `criteria.all[1].any[0].value`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tracking.qualification import values

TYPES = {"text": "Text", "number": "Number", "choice": "Choice", "yes_no": "Yes or no", "date": "Date"}
OPERATORS = {
    "eq": "is",
    "ne": "is not",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "contains": "contains",
    "in": "is one of",
    "exists": "is known",
}
ORDERED = ("gt", "gte", "lt", "lte")  # for numbers and dates
OF_TYPE = {
    "text": ("eq", "ne", "contains", "in", "exists"),
    "choice": ("eq", "ne", "contains", "in", "exists"),
    "number": ("eq", "ne", *ORDERED, "in", "exists"),
    "date": ("eq", "ne", *ORDERED, "in", "exists"),
    "yes_no": ("eq", "ne", "exists"),
}
CONTACT = {"name": "Name", "email": "E-mail", "phone": "Phone", "company": "Company"}
"""Fields that are always there, as texts: the contact answers them."""
MAX_FIELDS, MAX_CHOICES, MAX_CONDITIONS, MAX_DEPTH = 50, 50, 100, 5
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELD_NAMES = {"key", "label", "type", "required", "choices"}


@dataclass(frozen=True, slots=True)
class Field:
    """Something a tenant wants to know of a visitor."""

    key: str
    label: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


class Invalid(Exception):
    """What is wrong, by path."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def read_fields(data: Any) -> list[Field]:
    """The fields of a definition. Raises Invalid."""
    if not isinstance(data, list) or len(data) > MAX_FIELDS:
        raise Invalid({"fields": [f"This must be a list of at most {MAX_FIELDS} fields."]})
    problems: dict[str, list[str]] = {}
    fields = [_read_field(entry, f"fields[{place}]", problems) for place, entry in enumerate(data)]
    seen: set[str] = set()
    for place, field in enumerate(fields):
        if field.key in seen:
            problems[f"fields[{place}].key"] = [f"There is a field “{field.key}” already."]
        seen.add(field.key)
    if problems:
        raise Invalid(problems)
    return fields


def _read_field(entry: Any, path: str, problems: dict[str, list[str]]) -> Field:
    if not isinstance(entry, dict):
        problems[path] = ["This must be an object with key, label and type."]
        return Field("", "")
    if unknown := sorted(set(entry) - _FIELD_NAMES):
        problems[f"{path}.{unknown[0]}"] = ["A field has key, label, type, required and choices."]
    key, label, kind = entry.get("key"), entry.get("label"), entry.get("type", "text")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        problems[f"{path}.key"] = ["Use a small letter, then up to 39 small letters, digits and underscores."]
        key = f"?{path}"
    if not isinstance(label, str) or not 0 < len(label.strip()) <= 100:
        problems[f"{path}.label"] = ["Write 1 to 100 characters that people read."]
        label = ""
    if not isinstance(kind, str) or kind not in TYPES:
        problems[f"{path}.type"] = [f"Use one of {', '.join(TYPES)}."]
        kind = "text"
    if key in CONTACT and kind != "text":
        problems[f"{path}.type"] = [f"“{key}” is the contact’s, and a text."]
    if not isinstance(required := entry.get("required", False), bool):
        problems[f"{path}.required"] = ["This must be true or false."]
    return Field(key, label.strip(), kind, bool(required), _read_choices(entry.get("choices"), kind, path, problems))


def _read_choices(choices: Any, kind: str, path: str, problems: dict[str, list[str]]) -> tuple[str, ...]:
    choices = choices or []
    is_list = isinstance(choices, list) and all(isinstance(c, str) and 0 < len(c.strip()) <= 80 for c in choices)
    if not is_list:
        problems[f"{path}.choices"] = ["This must be a list of texts of 1 to 80 characters."]
        return ()
    if kind == "choice" and not 2 <= len({values.text(c) for c in choices}) == len(choices) <= MAX_CHOICES:
        problems[f"{path}.choices"] = [f"Give 2 to {MAX_CHOICES} different choices."]
    return tuple(choice.strip() for choice in choices) if kind == "choice" else ()


def known_fields(fields: list[Field]) -> dict[str, Field]:
    """All fields that criteria may name: the tenant's own and the contact's."""
    return {key: Field(key, label) for key, label in CONTACT.items()} | {field.key: field for field in fields}


def check_criteria(criteria: Any, fields: list[Field]) -> None:
    """Raise Invalid unless these are criteria about such fields; None are none."""
    problems: dict[str, list[str]] = {}
    if criteria not in (None, {}):
        for path, problem in _problems(criteria, "criteria", known_fields(fields), 1):
            problems.setdefault(path, []).append(problem)
        if not problems and count(criteria) > MAX_CONDITIONS:
            problems["criteria"] = [f"Use at most {MAX_CONDITIONS} conditions."]
    if problems:
        raise Invalid(problems)


def _problems(node: Any, path: str, fields: dict[str, Field], depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(node, dict):
        yield path, "This must be {“all”: […]}, {“any”: […]} or {“field”, “operator”, “value”}."
        return
    if "field" in node:
        yield from _condition_problems(node, path, fields)
        return
    kind = next(iter(node), "")
    if len(node) != 1 or kind not in ("all", "any"):
        yield path, "This must be {“all”: […]}, {“any”: […]} or {“field”, “operator”, “value”}."
    elif depth > MAX_DEPTH:
        yield path, f"Groups may stand in each other {MAX_DEPTH} deep."
    elif not isinstance(node[kind], list) or not node[kind]:
        yield f"{path}.{kind}", "A group needs at least one condition."
    else:
        for place, child in enumerate(node[kind][: MAX_CONDITIONS + 1]):
            yield from _problems(child, f"{path}.{kind}[{place}]", fields, depth + 1)


def _condition_problems(node: dict[str, Any], path: str, fields: dict[str, Field]) -> Iterator[tuple[str, str]]:
    if unknown := sorted(set(node) - {"field", "operator", "value"}):
        yield f"{path}.{unknown[0]}", "A condition has field, operator and value."
    field = fields.get(node["field"]) if isinstance(node["field"], str) else None
    if field is None:
        yield f"{path}.field", "There is no such field."
        return
    operator, value = node.get("operator"), node.get("value")
    if not isinstance(operator, str) or operator not in OF_TYPE[field.type]:
        yield f"{path}.operator", f"For this field use one of {', '.join(OF_TYPE[field.type])}."
    elif problem := _value_problem(field, operator, value):
        yield f"{path}.value", problem


def _value_problem(field: Field, operator: str, value: Any) -> str:
    if operator == "exists":
        return "" if isinstance(value, bool | None) else "This must be true or false."
    if operator == "in":
        if not isinstance(value, list) or not 0 < len(value) <= MAX_CHOICES:
            return f"This must be a list of 1 to {MAX_CHOICES} values."
        return next(filter(None, (_value_problem(field, "eq", one) for one in value)), "")
    if values.read(field.type, value) is None:
        return _not_one(field)
    if field.type == "choice" and operator != "contains" and not is_choice(field, value):
        return f"Use one of {', '.join(field.choices)}."
    return ""


def _not_one(field: Field) -> str:
    return {
        "number": "This must be a number.",
        "date": "Write a date as in 2026-03-31.",
        "yes_no": "This must be true or false.",
    }.get(field.type, "This must be a text.")


def is_choice(field: Field, value: Any) -> bool:
    """Whether the value is one of the field's choices."""
    return values.text(value) in {values.text(choice) for choice in field.choices}


def count(criteria: Any) -> int:
    """How many conditions there are."""
    if "field" in criteria:
        return 1
    return sum(count(child) for children in criteria.values() for child in children)


def as_json(fields: list[Field]) -> list[dict[str, Any]]:
    """The fields as they are stored and shown."""
    return [asdict(field) | {"choices": list(field.choices)} for field in fields]


def from_json(stored: list[dict[str, Any]]) -> list[Field]:
    """Fields that were checked when they were stored."""
    return [Field(**{**entry, "choices": tuple(entry["choices"])}) for entry in stored]
