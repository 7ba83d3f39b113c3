"""How one model wants to be asked: compatible servers refuse different parameters, and say so. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .base import Connection, Prompt
from .messages import build_messages

MAX_STEPS = 5
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


def build_request(prompt: Prompt, connection: Connection, dialect: Dialect) -> dict[str, object]:
    """The body of a chat completion in this dialect."""
    body: dict[str, object] = {
        "model": connection.model,
        "messages": build_messages(prompt, system_role=dialect.system_role),
    }
    if connection.temperature is not None and dialect.temperature:
        body["temperature"] = connection.temperature
    if connection.max_tokens is not None and dialect.token_field:
        body[dialect.token_field] = connection.max_tokens
    return body


def adapt(dialect: Dialect, complaint: str) -> Dialect | None:
    """The dialect to try next after a server's complaint, or None when it complains about something else."""
    complaint = complaint.lower()
    if dialect.token_field and any(name in complaint for name in TOKEN_FIELDS[:2]):
        return replace(dialect, token_field=TOKEN_FIELDS[TOKEN_FIELDS.index(dialect.token_field) + 1])
    if dialect.temperature and "temperature" in complaint:
        return replace(dialect, temperature=False)
    if dialect.system_role and "system" in complaint and "role" in complaint:
        return replace(dialect, system_role=False)
    return None
