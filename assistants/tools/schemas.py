"""JSON Schemas that tenants write for their tools, and a model's arguments checked against them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry

SCHEMA_CHARS: Final = 6_000
"""Characters of a schema: a model reads all of it in every answer."""

ARGUMENT_CHARS: Final = 8_000
"""Characters of a call's arguments; what a tool needs is far shorter."""

DEPTH_MOST: Final = 8

REFUSED: Final = {
    "$ref": "refer to other schemas",
    "$dynamicRef": "refer to other schemas",
    "$recursiveRef": "refer to other schemas",
    "$id": "name themselves",
    "$schema": "choose another dialect",
    "pattern": "use patterns",
    "patternProperties": "use patterns",
}
"""Keywords that would reach out for other documents, or make checking a hostile text endless."""


class BadArguments(Exception):
    """What a model sent doesn't fit; the message tells the model what to mend."""


def wrong_with(schema: Any) -> str:
    """What is wrong with a schema for a tool's arguments, in one sentence; empty when nothing is."""
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        return "The arguments are an object: write {“type”: “object”, “properties”: {…}}."
    if len(json.dumps(schema)) > SCHEMA_CHARS:
        return f"The schema is too long. At most {SCHEMA_CHARS:,} characters are possible."
    if not isinstance(schema.get("properties", {}), dict):
        return "“properties” is an object with one entry for each argument."
    if problem := _forbidden(schema):
        return problem
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"This is no JSON Schema: {_place(error)}{error.message[:160]}."
    return ""


def _forbidden(schema: dict[str, Any]) -> str:
    for keyword, depth in _keywords(schema):
        if depth > DEPTH_MOST:
            return f"The schema is nested too deep. At most {DEPTH_MOST} levels are possible."
        if keyword in REFUSED:
            return f"Leave “{keyword}” out: schemas here can’t {REFUSED[keyword]}."
    return ""


def _keywords(schema: dict[str, Any], depth: int = 0) -> Iterator[tuple[str, int]]:
    """Every keyword at every depth; the names of properties are none."""
    for keyword, value in schema.items():
        yield keyword, depth
        if keyword in ("enum", "const", "default", "examples", "required"):
            continue
        named = keyword in ("properties", "$defs", "definitions", "dependentSchemas")
        inner = value.values() if named and isinstance(value, dict) else value if isinstance(value, list) else [value]
        for part in inner:
            if isinstance(part, dict) and depth <= DEPTH_MOST:
                yield from _keywords(part, depth + 1)


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema as models expect it, where a tenant left out what goes without saying."""
    return {"type": "object", "properties": {}} | schema


def read_arguments(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A call's arguments, checked. Raises BadArguments."""
    if len(text) > ARGUMENT_CHARS:
        raise BadArguments(f"The arguments are too long. At most {ARGUMENT_CHARS} characters are possible.")
    try:
        given = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise BadArguments("The arguments are not JSON. Send one JSON object.") from None
    if not isinstance(given, dict):
        raise BadArguments("The arguments are not a JSON object. Send one.")
    try:
        problem = next(iter(_validator(schema).iter_errors(given)), None)
    except RecursionError:
        raise BadArguments("The arguments are nested too deep.") from None
    if problem is not None:
        raise BadArguments(f"{_place(problem)}{problem.message[:300]}")
    return given


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    """One that knows no other documents and would fetch none."""
    return Draft202012Validator(whole(schema), registry=Registry())


def _place(problem: ValidationError | SchemaError) -> str:
    path = ".".join(str(step) for step in problem.absolute_path)
    return f"{path}: " if path else ""
