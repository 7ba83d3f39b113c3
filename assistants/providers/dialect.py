"""How one model wants to be asked: compatible servers refuse different parameters, and say so. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .base import Connection, Prompt, Shape, ToolSpec
from .messages import build_messages

MAX_STEPS = 10
"""Requests per attempt: one, and one more for each thing a server may refuse. Learned once per model."""

TOKEN_FIELDS = ("max_tokens", "max_completion_tokens", "")
"""What limits a reply, in the order tried: servers that don't know the newer name ignore it silently, so the older one
comes first; nothing comes last."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a model accepts."""

    token_field: str = TOKEN_FIELDS[0]
    temperature: bool = True
    system_role: bool = True
    tools: bool = True
    shape: str = "json_schema"
    streams: bool = True
    counts_streams: bool = True


SHAPES = {"json_schema": "json_object", "json_object": ""}
"""How an answer's form is asked for, and what comes next when a server refuses that; nothing comes last."""

SHAPE_WORDS = ("response_format", "response format", "json_schema", "json_object")
TOOL_WORDS = ("tool", "function call", "functions")


def build_request(prompt: Prompt, connection: Connection, dialect: Dialect) -> dict[str, object]:
    """The body of a chat completion in this dialect."""
    body: dict[str, object] = {
        "model": connection.model,
        "messages": build_messages(prompt, system_role=dialect.system_role, tools=dialect.tools),
    }
    if connection.temperature is not None and dialect.temperature:
        body["temperature"] = connection.temperature
    if connection.max_tokens is not None and dialect.token_field:
        body[dialect.token_field] = connection.max_tokens
    if prompt.tools and dialect.tools:
        body["tools"] = [_tool(spec) for spec in prompt.tools]
        if not prompt.may_call:
            body["tool_choice"] = "none"
    if prompt.shape and dialect.shape:
        body["response_format"] = _response_format(prompt.shape, dialect.shape)
    return body


def _tool(spec: ToolSpec) -> dict[str, Any]:
    function = {"name": spec.name, "description": spec.description, "parameters": spec.parameters}
    return {"type": "function", "function": function}


def _response_format(shape: Shape, kind: str) -> dict[str, Any]:
    if kind == "json_object":
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": shape.name, "schema": shape.schema, "strict": True}}


def with_less(dialect: Dialect, prompt: Prompt) -> Dialect | None:
    """The dialect to try next when a server broke down over a form that not every server knows."""
    return replace(dialect, shape=SHAPES[dialect.shape]) if prompt.shape and dialect.shape else None


def build_stream_request(prompt: Prompt, connection: Connection, dialect: Dialect) -> dict[str, object]:
    """The same, answered piece by piece, with its tokens counted at the end where the server does that."""
    counted: dict[str, object] = {"stream_options": {"include_usage": True}} if dialect.counts_streams else {}
    return {**build_request(prompt, connection, dialect), "stream": True, **counted}


def adapt(dialect: Dialect, complaint: str, prompt: Prompt) -> Dialect | None:
    """The dialect to try next after a server's complaint, or None when it complains about something else."""
    complaint = complaint.lower()
    if prompt.shape and dialect.shape and any(word in complaint for word in SHAPE_WORDS):
        return replace(dialect, shape=SHAPES[dialect.shape])
    if prompt.tools and dialect.tools and any(word in complaint for word in TOOL_WORDS):
        return replace(dialect, tools=False)
    if dialect.token_field and any(name in complaint for name in TOKEN_FIELDS[:2]):
        return replace(dialect, token_field=TOKEN_FIELDS[TOKEN_FIELDS.index(dialect.token_field) + 1])
    if dialect.temperature and "temperature" in complaint:
        return replace(dialect, temperature=False)
    if dialect.system_role and "system" in complaint and "role" in complaint:
        return replace(dialect, system_role=False)
    return _stream_less(dialect, complaint)


def _stream_less(dialect: Dialect, complaint: str) -> Dialect | None:
    if dialect.counts_streams and ("stream_options" in complaint or "include_usage" in complaint):
        return replace(dialect, counts_streams=False)
    return replace(dialect, streams=False) if dialect.streams and "stream" in complaint else None
