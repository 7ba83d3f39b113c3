"""Contacts as tests make, change and read them."""

from __future__ import annotations

import html
import itertools
import re
from typing import Any

from django.test import Client

from conversations.models import Contact, Conversation
from conversations.said import ContactDetails, Said
from conversations.turns import receive
from tests.factories import make_contact, make_conversation
from tests.world import Company

_numbers = itertools.count(1)


def write(acme: Company, session: str, **contact: str) -> Conversation:
    """A visitor writes, saying who they are; the conversation it lands in."""
    said = Said(acme.tenant, session, "Hello", f"{session}-{next(_numbers)}", contact=ContactDetails(**contact))
    return Conversation.objects.select_related("contact").get(pk=receive(said).conversation_id)


def talk_with(acme: Company, number: int = 1, **details: Any) -> tuple[Contact, list[Conversation]]:
    """A contact with so many open conversations, the oldest first."""
    contact = make_contact(acme.tenant, **details)
    return contact, [make_conversation(acme.tenant, contact=contact) for _ in range(number)]


def shown(answer: Any) -> dict[str, str]:
    """What the page's form would send if nothing were typed."""
    form = re.search(r'<form class="form contact-form.*?</form>', answer.content.decode(), re.DOTALL)
    assert form
    return _inputs(form[0])


def shown_to_merge(answer: Any) -> dict[str, str]:
    """The same of two side by side, with what is chosen."""
    form = re.search(r"<form[^>]*contact-merge.*?</form>", answer.content.decode(), re.DOTALL)
    assert form
    return _inputs(form[0])


def _inputs(form: str) -> dict[str, str]:
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        parts = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if parts.get("type") != "radio" or " checked" in tag:
            sent[parts["name"]] = parts.get("value", "")
    return sent


def names_on(client: Client, url: str, **query: str) -> list[str]:
    """Who a list shows, from the top."""
    page = client.get(url, query).content.decode()
    return [html.unescape(name) for name in re.findall(r'class="row-link clip"[^>]*><bdi>([^<]*)</bdi>', page)]
