"""The tool by which a model keeps what a visitor answers to the tenant's own questions (`conversations.facts`)."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any, Final

from assistants.providers.base import ToolSpec
from assistants.tools.own import OwnTool, Refused
from assistants.tools.schemas import SCHEMA_CHARS
from assistants.tools.work import Work
from conversations.facts import Field

TEXT_CHARS: Final = 500
NUMBER_MOST: Final = 10**15 - 1
"""What is larger is no longer exact where it is kept."""

_SHAPES: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": TEXT_CHARS},
    "number": {"type": "number", "minimum": -NUMBER_MOST, "maximum": NUMBER_MOST},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "minLength": 10, "maxLength": 10},
}


def collect_answers(fields: list[Field]) -> OwnTool:
    """Keep what the visitor says about what the tenant wants to know.

    A model reads all of it in every answer: of many fields those are offered that come first and fit.
    """
    properties: dict[str, Any] = {}
    for field in fields:
        offered = properties | {field.key: _shape(field)}
        if len(json.dumps(offered, ensure_ascii=False)) <= SCHEMA_CHARS:
            properties = offered
    by_key = {field.key: field for field in fields}

    async def run(arguments: dict[str, Any], work: Work) -> str:
        if not arguments:
            raise Refused("Nothing was given. Ask the visitor first.")
        work.facts |= {key: _read(by_key[key], value) for key, value in arguments.items()}
        return "Kept."

    return OwnTool(_spec(properties), run)


def _spec(properties: dict[str, Any]) -> ToolSpec:
    return ToolSpec(
        "collect_answers",
        "Keep what the visitor has said in this conversation about any of these. Leave out what they have not said; "
        "never guess or make anything up.",
        {"type": "object", "properties": properties, "additionalProperties": False},
    )


def _shape(field: Field) -> dict[str, Any]:
    if field.type == "choice":
        return {"type": "string", "enum": list(field.choices), "description": field.label}
    label = f"{field.label}, as in 2026-03-31" if field.type == "date" else field.label
    return _SHAPES[field.type] | {"description": label}


def _read(field: Field, value: Any) -> Any:
    """The answer as it is kept: what a schema can't tell of a value is looked at here. Raises Refused."""
    if field.type == "number" and not math.isfinite(value):
        raise Refused(f"{field.key}: is no number. Ask the visitor again.")
    if field.type == "date":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise Refused(f"{field.key}: is no date. Write it as in 2026-03-31.") from None
    if field.type == "text" and not (value := " ".join(value.replace("\0", "").split())):
        raise Refused(f"{field.key}: is empty. Leave it out.")
    return value
