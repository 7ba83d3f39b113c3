"""The closed schemas of what is told about outcomes: the files in `schemas/`, read once (JSON Schema, 2020-12).

They are published, the server builds by them, and the tests of server and widget hold both to them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft202012Validator

from tracking.models import EventType

FILES = Path(__file__).parent / "schemas"
ALWAYS = ("conversion_value", "currency")  # told wherever the mapping has a value
OPT_IN = ("page_path", "answers")  # written by tenants and their pages: told only when asked for


@cache
def schema_of(event_type: str) -> dict[str, Any]:
    """The schema of an event's detail."""
    schema: dict[str, Any] = orjson.loads((FILES / f"{EventType(event_type)}.json").read_bytes())
    return schema


@cache
def fields_of(event_type: str) -> dict[str, dict[str, Any]]:
    """What an outcome's `data` may hold at the tenant's choice: the schema of each field, by its name."""
    fields = schema_of(event_type)["properties"]["data"]["properties"]
    return {name: field for name, field in fields.items() if name not in ALWAYS}


@cache
def default_fields(event_type: str) -> tuple[str, ...]:
    """The fields that are told where the tenant has chosen none."""
    return tuple(name for name in fields_of(event_type) if name not in OPT_IN)


def is_allowed(event_type: str, name: str, value: Any) -> bool:
    """Whether a field of `data` may hold this value."""
    return bool(_field_validator(event_type, name).is_valid(value))


@cache
def _field_validator(event_type: str, name: str) -> Draft202012Validator:
    return Draft202012Validator(fields_of(event_type)[name])
