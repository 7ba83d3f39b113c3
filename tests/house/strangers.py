"""Something of a company for each address that names one: what a stranger asks for in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from assistants.models import (
    AssistantVersion,
    Dialogue,
    DialogueResult,
    DialogueRun,
    KnowledgeSource,
    ProviderKey,
    Review,
    RoutingRule,
    Tool,
)
from conversations.models import Contact, Message
from tenants import api_tokens, grain
from tenants.models import Invitation, Role
from tests.factories import make_message
from tests.world import Company
from tracking.models import Delivery, WebhookEndpoint, WebhookEvent
from widgets import tokens
from widgets.models import AllowedDomain

NOBODYS = {"accounts/", "admin/"}
"""Where people sign in, and where the platform's staff look after all tenants: no ids of tenants' rows from members."""


def belongings(company: Company, mark: str) -> dict[str, Any]:
    """By the name that addresses have for it; every text says `mark`."""
    tenant, assistant = company.tenant, company.assistant
    mine = {"tenant": tenant}
    dialogue = Dialogue.objects.create(**mine, assistant=assistant, name=mark)
    run = DialogueRun.objects.create(**mine, assistant=assistant, reason="by_hand", fingerprint=mark, state="done")
    held = make_message(company.conversation, mark, author=Message.Author.ASSISTANT, state=Message.State.HELD)
    endpoint = WebhookEndpoint.objects.create(**mine, url=f"https://{mark}.example/in", events=[], sealed=b"-")
    event = WebhookEvent.objects.create(
        **mine, type="autochat.lead_qualified.v1", body=b"{}", occurred_at=timezone.now()
    )
    key = ProviderKey.objects.create(**mine, label=mark, base_url="https://model.example/v1", sealed=b"-")
    AssistantVersion.objects.create(**mine, assistant=assistant, number=1, values={}, published_at=timezone.now())
    contact = Contact.objects.create(**mine, name=mark, email=f"{mark}@x.example")
    return {
        "tenant_id": tenant.pk,
        "contact_id": contact.pk,
        "address_id": Contact.objects.create(**mine, email=f"{mark}@y.example", merged_into=contact).pk,
        "conversation_id": company.conversation.pk,
        "assistant_id": assistant.pk,
        "user_id": company.agent.user_id,
        "invitation_id": Invitation.objects.create(**mine, email=f"{mark}@example.com", role="agent").pk,
        "dialogue_id": dialogue.pk,
        "run_id": run.pk,
        "result_id": DialogueResult.objects.create(**mine, run=run, dialogue=dialogue, passed=True).pk,
        "review_id": Review.objects.create(
            **mine, conversation=company.conversation, message=held, why="always", drafted=mark
        ).pk,
        "source_id": KnowledgeSource.objects.create(**mine, title=mark, body=mark, kind="text").pk,
        "rule_id": RoutingRule.objects.create(**mine, name=mark, target="people").pk,
        "tool_id": Tool.objects.create(**mine, name=mark, description=mark, url=f"https://{mark}.example/").pk,
        "key_id": key.pk,
        "endpoint_id": endpoint.pk,
        "delivery_id": Delivery.objects.create(
            **mine, event=event, endpoint=endpoint, event_type=event.type, due_at=timezone.now()
        ).pk,
        "api_token_id": api_tokens.issue(by=company.owner, label=mark, role=Role.ADMIN, lifetime=None)[0].pk,
        "token_id": tokens.issue(tenant=tenant, label=mark)[0].pk,
        "domain_id": AllowedDomain.objects.create(**mine, domain=f"{mark}.example").pk,
        "grain_id": grain.put("widget_tracking_snippet_builder_enabled", True, tenant=tenant).pk,
        "number": 1,
        "event_type": "autochat.lead_qualified.v1",
        "key": "widget_tracking_snippet_builder_enabled",
        "which": "chat",
        "check": "socket",
        "secret": "secret",
    }


def addresses() -> Iterator[str]:
    """Every address of the product, as its pattern: `inbox/<uuid:pk>`."""
    for pattern in _patterns(get_resolver().url_patterns, ""):
        if not pattern.startswith(tuple(NOBODYS)) and not pattern.startswith("^"):
            yield pattern


def _patterns(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if here not in NOBODYS:
                yield from _patterns(pattern.url_patterns, here)
        else:
            yield here


def names_a_row(pattern: str) -> bool:
    return "<uuid:" in pattern


def filled(pattern: str, things: dict[str, Any]) -> str:
    """The address, with what it names put in."""

    def put(match: re.Match[str]) -> str:
        return str(things[kind_of(pattern) if match[1] == "pk" else match[1]])

    return "/" + re.sub(r"<\w+:(\w+)>", put, pattern)


def kind_of(pattern: str) -> str:
    """What an address means that only says `pk`."""
    kinds = {"domains/": "domain_id", "tokens/": "token_id", "inbox/": "conversation_id"}
    return next((kind for part, kind in kinds.items() if part in pattern), "conversation_id")
