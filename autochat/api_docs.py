"""The API's schema, arranged for a page: by the first word of the path, each call with its fields."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")
TITLES = {
    "auth": "Signing in",
    "widgets": "The widget’s door",
    "grain": "Grain",
    "provider-keys": "Provider keys",
    "tokens": "API tokens",
}
MAX_DEPTH = 2  # fields of fields; deeper ones are in the schema itself


@dataclass(frozen=True)
class Field:
    """One field of a body, or one parameter."""

    name: str
    kind: str
    required: bool
    about: str
    depth: int = 0


@dataclass(frozen=True)
class Call:
    """One method at one path."""

    method: str
    path: str
    title: str
    about: str
    token: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    status: str

    @property
    def anchor(self) -> str:
        return f"{self.method.lower()}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}"


@dataclass
class Group:
    """The calls under one first word."""

    key: str
    title: str
    calls: list[Call] = field(default_factory=list)


@functools.cache
def groups() -> list[Group]:
    """Every call of the API, grouped; the schema doesn't change while the process lives."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, Group] = {}
    for path, methods in schema["paths"].items():
        words = path.removeprefix("/api/").split("/")
        key = words[0]
        group = found.setdefault(key, Group(key, TITLES.get(key, key.replace("-", " ").capitalize())))
        group.calls += [_call(schema, method, path, methods[method]) for method in METHODS if method in methods]
    return sorted(found.values(), key=lambda group: (group.key != "auth", group.title))


def _call(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Call:
    words = operation.get("description", "").replace("`", "")
    first, _, rest = words.strip().partition("\n")
    status, answer = _answer(operation)
    schemes = [name for scheme in operation.get("security", []) for name in scheme]
    return Call(
        method=method.upper(),
        path=path,
        title=first,
        about=rest.strip(),
        token={"dashboardToken": "access token or API token", "pageSession": "session cookie"}.get(
            schemes[0] if schemes else "", "widget token" if "/widgets/" in path else "none"
        ),
        parameters=[_parameter(each) for each in operation.get("parameters", [])],
        body=_fields(schema, _content(operation.get("requestBody", {}))),
        answer=_fields(schema, answer),
        status=status,
    )


def _answer(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    for status, response in operation.get("responses", {}).items():
        if status.startswith("2"):
            return status, _content(response)
    return "", {}


def _content(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _parameter(given: dict[str, Any]) -> Field:
    shape = given.get("schema", {})
    return Field(given["name"], _kind(shape), given.get("required", False), given.get("description", ""))


def _fields(schema: dict[str, Any], shape: dict[str, Any], depth: int = 0) -> list[Field]:
    shape = _resolve(schema, shape)
    if shape.get("type") == "array":
        shape = _resolve(schema, shape.get("items", {}))
    if depth > MAX_DEPTH:
        return []
    fields = []
    for name, part in shape.get("properties", {}).items():
        full = _resolve(schema, part)
        about = part.get("description") or full.get("description") or ""
        fields.append(Field(name, _kind(full), name in shape.get("required", []), about.split("\n")[0], depth))
        fields += _fields(schema, full, depth + 1)
    return fields


def _resolve(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """Follow references and single alternatives to the shape itself."""
    for key in ("allOf", "oneOf", "anyOf"):
        if options := [option for option in shape.get(key, []) if option.get("type") != "null" and option]:
            return {**_resolve(schema, options[0]), **{k: v for k, v in shape.items() if k != key}}
    if "$ref" not in shape:
        return shape
    name = shape["$ref"].rpartition("/")[2]
    resolved: dict[str, Any] = _resolve(schema, schema["components"]["schemas"][name])
    return resolved


def _kind(shape: dict[str, Any]) -> str:
    """A field's type in words."""
    if "enum" in shape:
        return " or ".join(f"“{value}”" for value in shape["enum"] if value not in (None, "")) or "text"
    kinds = shape.get("type", "any")
    kind = next((each for each in kinds if each != "null"), "any") if isinstance(kinds, list) else kinds
    if kind == "array":
        inner = shape.get("items", {})
        return f"list of {_kind(inner)}" if "$ref" not in inner else "list"
    named = {"uuid": "id", "date-time": "time", "email": "e-mail", "uri": "URL"}.get(shape.get("format", ""))
    return named or {"string": "text", "integer": "number", "boolean": "true or false"}.get(kind, str(kind))
