"""The tools that every tenant has: each says how a model is told of it, and what a call of it comes to.

None writes anything: what a call comes to is put down in the turn's `Work`.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from assistants import handoff
from assistants.models import Assistant
from assistants.outcome_types import MEANINGS
from assistants.providers.base import ToolSpec
from assistants.search import find_passages
from assistants.tools.work import Work
from conversations.said import ContactDetails, Received
from tenants.database import in_database

NAMES: Final = ("hand_over", "record_outcome", "search_knowledge", "collect_contact", "collect_answers")
TEAM: Final = "the team"

CONTACT: Final = {"name": 200, "email": 254, "phone": 40, "company": 200}
"""What is asked of a visitor, and how long each may be."""

PASSAGES: Final = 4
PASSAGE_CHARS: Final = 1_200

Run = Callable[[dict[str, Any], Work], Awaitable[str]]
"""Does what a model asks for, with checked arguments. Raises Refused."""


class Refused(Exception):
    """Not allowed, or not possible; the message tells the model."""


@dataclass(frozen=True, slots=True)
class OwnTool:
    """A tool of ours for one turn of one assistant."""

    spec: ToolSpec
    run: Run
    trusted: bool = True  # whether its result is in our words


def _spec(name: str, description: str, required: tuple[str, ...], properties: dict[str, Any]) -> ToolSpec:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return ToolSpec(name, description, schema)


def hand_over(received: Received, giver: Assistant, to: Assistant | None) -> OwnTool:
    """Pass the visitor on: to the team, or to the one assistant that the hand-off settings and limits let through."""
    aims = [TEAM] if to is None else [TEAM, to.name]

    async def run(arguments: dict[str, Any], work: Work) -> str:
        aim = to if to is not None and arguments["to"] == to.name else None
        work.passed_on = handoff.by_own_choice(received, giver, aim)
        return "The visitor is passed on. Say nothing more."

    spec = _spec(
        "hand_over",
        "Pass the visitor on when they ask for somebody else, or when you can't help them any further. This ends your "
        "part of the conversation.",
        ("to", "reason"),
        {
            "to": {"type": "string", "enum": aims},
            "reason": {"type": "string", "maxLength": 300, "description": "Why, in one sentence, for the team."},
        },
    )
    return OwnTool(spec, run)


def record_outcome(allowed: list[str]) -> OwnTool:
    """Report that an outcome was reached: one of those that the assistant may report."""
    meanings = "; ".join(f"{event}: {MEANINGS[event]}" for event in allowed)

    async def run(arguments: dict[str, Any], work: Work) -> str:
        event = arguments["event_type"]
        if event in work.outcomes:
            return "It is recorded already."
        work.outcomes.append(event)
        return "Recorded."

    spec = _spec(
        "record_outcome",
        f"Record, without telling the visitor, that the conversation has come to something. {meanings}.",
        ("event_type",),
        {"event_type": {"type": "string", "enum": allowed}},
    )
    return OwnTool(spec, run)


def search_knowledge(tenant_id: uuid.UUID) -> OwnTool:
    """Look something up in the tenant's own knowledge."""

    async def run(arguments: dict[str, Any], work: Work) -> str:
        found = await in_database(find_passages, tenant_id, arguments["query"])
        if not found:
            raise Refused("Nothing is written about that. Say so.")
        work.passages += found[:PASSAGES]
        return "\n\n".join(f"{p.title}\n{p.text[:PASSAGE_CHARS]}".strip() for p in found[:PASSAGES])

    spec = _spec(
        "search_knowledge",
        "Search what the company has written down, where the reference material doesn't hold the answer.",
        ("query",),
        {
            "query": {
                "type": "string",
                "minLength": 2,
                "maxLength": 300,
                "description": "What to look for.",
            }
        },
    )
    return OwnTool(spec, run, trusted=False)


def collect_contact() -> OwnTool:
    """Keep who the visitor says they are."""

    async def run(arguments: dict[str, Any], work: Work) -> str:
        details = ContactDetails(**{name: " ".join(value.split()) for name, value in arguments.items()})
        if details == ContactDetails():
            raise Refused("Nothing was given. Ask the visitor first.")
        if details.email:
            _must_be_address(details.email)
        if details.phone and not 5 <= sum(letter.isdigit() for letter in details.phone) <= 20:
            raise Refused("phone: is no telephone number. Ask the visitor again.")
        work.learn(details)
        return "Kept."

    spec = _spec(
        "collect_contact",
        "Keep what the visitor has said about themselves in this conversation. Never guess or make anything up.",
        (),
        {name: {"type": "string", "maxLength": most} for name, most in CONTACT.items()},
    )
    return OwnTool(spec, run)


def _must_be_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("email: is no e-mail address. Ask the visitor again.") from None
