"""Plain makers of rows, with defaults nobody wonders about."""

from __future__ import annotations

import itertools
from typing import Any

from django.utils import timezone

from assistants.models import Assistant
from conversations.models import Contact, Conversation, Message
from tenants.models import Membership, Plan, Role, Tenant, User

PASSWORD = "a long enough password"

_numbers = itertools.count(1)


def make_tenant(name: str = "Acme", **fields: Any) -> Tenant:
    """A tenant on the Starter plan."""
    make_plan("starter", 250)
    return Tenant.objects.create(name=name, **fields)


def make_plan(key: str = "business", conversations: int = 5_000) -> Plan:
    """A plan to choose, which a test that emptied all tables took along."""
    defaults = {"name": key.title(), "conversations": conversations}
    return Plan.objects.get_or_create(key=key, defaults=defaults)[0]


def make_user(email: str = "", *, name: str = "", password: str = PASSWORD, **fields: Any) -> User:
    """A person who can sign in with `PASSWORD`."""
    email = email or f"person{next(_numbers)}@example.com"
    return User.objects.create_user(email, password, name=name or email.partition("@")[0].title(), **fields)


def make_member(tenant: Tenant, role: Role = Role.AGENT, *, user: User | None = None, **fields: Any) -> Membership:
    return Membership.objects.create(tenant=tenant, user=user or make_user(**fields), role=role)


def make_assistant(tenant: Tenant, name: str = "Ada", **fields: Any) -> Assistant:
    """An assistant that needs no key, the tenant's default for chat unless told otherwise."""
    fields = {"is_default": True, "is_default_chat": True, **fields}
    return Assistant.objects.create(tenant=tenant, name=name, **fields)


def make_contact(tenant: Tenant, **fields: Any) -> Contact:
    fields = {"name": "Vera Visitor", "email": f"visitor{next(_numbers)}@example.com", **fields}
    return Contact.objects.create(tenant=tenant, **fields)


def make_conversation(tenant: Tenant, *, said: str = "Hello", **fields: Any) -> Conversation:
    """An open conversation of a known visitor, with one message in it."""
    now = timezone.now()
    fields = {
        "contact": fields.pop("contact", None) or make_contact(tenant),
        "session": f"session_{next(_numbers)}",
        "started_at": now,
        "last_message_at": now,
        "preview": said,
        "preview_author": Message.Author.VISITOR,
        "unread": 1,
        **fields,
    }
    conversation = Conversation.objects.create(tenant=tenant, **fields)
    make_message(conversation, said, created_at=conversation.started_at)
    return conversation


def make_message(conversation: Conversation, body: str, **fields: Any) -> Message:
    fields = {"author": Message.Author.VISITOR, "created_at": timezone.now(), **fields}
    return Message.objects.create(tenant=conversation.tenant, conversation=conversation, body=body, **fields)
