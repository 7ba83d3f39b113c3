"""What comes through the visitor's door and what goes back: plain values, no rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What a visitor says about themselves; anything may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Where on the host's site the visitor was."""

    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A visitor's message, checked. `client_id` is the visitor's idempotency key for it."""

    tenant: Tenant
    session: str
    text: str
    client_id: str
    conversation_id: uuid.UUID | None = None
    contact: ContactDetails = ContactDetails()
    page: Page = Page()


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is stored and now ours to answer, as long as `claim` holds."""

    tenant: Tenant
    session: str
    conversation_id: uuid.UUID
    message_id: uuid.UUID
    client_id: str
    claim: uuid.UUID
    epoch: int
    ai_paused: bool
    assistant_id: uuid.UUID | None
    text: str = ""
    channel: str = ""
    handed_over_by: tuple[uuid.UUID, ...] = ()
    tracking: tuple[dict[str, Any], ...] = ()  # what the visitor's page is told of its being taken in


@dataclass(frozen=True, slots=True)
class Settled:
    """A turn that has its answer: what the visitor and their page are told, now and on every retry."""

    conversation_id: str
    client_id: str
    text: str | None
    status: str
    metadata: dict[str, Any]
    tracking: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A reply that the visitor doesn't see: held until a person decides, or blocked. `why` is said to the team."""

    text: str
    state: str
    why: str = ""
    basis: tuple[dict[str, Any], ...] = ()  # the passages that it goes by


@dataclass(frozen=True, slots=True)
class Reply:
    """What answering came to (contract §3). `text` None: nobody answers now, and `reason` says why.

    `handed_over_by` is the assistant that gave the conversation away in this turn, `line` what the visitor reads of it,
    before `text`. With `to_people` every assistant is silent from now on. `withheld` is what the assistant would have
    said; `set_off_…` are the safety rules that the visitor's message and the reply set off, for the team's eyes.
    `outcomes` are event types that the assistant reports as reached, `facts` what it learned about the visitor, by the
    keys of `conversations.facts`. `contact` is who the visitor said they are while the assistant answered, `tools` its
    calls, for the team.
    """

    status: str
    reason: str = ""
    text: str | None = None
    author_name: str = ""
    assistant_id: uuid.UUID | None = None
    model: str | None = None
    tokens: int = 0
    cost_micros: int = 0  # millionths of a US dollar
    sources: tuple[dict[str, str], ...] = ()
    attention: str = ""
    line: str = ""
    to_people: bool = False
    handed_over_by: uuid.UUID | None = None
    withheld: Withheld | None = None
    set_off_by_visitor: tuple[dict[str, Any], ...] = ()
    set_off_by_reply: tuple[dict[str, Any], ...] = ()
    outcomes: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    contact: ContactDetails = ContactDetails()
    tools: tuple[dict[str, Any], ...] = ()
    is_stopped: bool = False  # the visitor has had enough of it: `text` is what they have seen
