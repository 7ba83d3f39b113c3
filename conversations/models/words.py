"""What search looks for, as its indexes hold it. The functions are the database's own, made by migration 0012."""

from __future__ import annotations

import uuid

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, Value

SEARCHED = ("name", "email", "phone", "company")
"""What of a contact is looked into."""


def message_words() -> Func:
    """The words of a message, each marked as its tenant's."""
    return Func(F("tenant"), F("body"), function="message_words", output_field=SearchVectorField())


def contact_letters() -> Func:
    """Every three letters in a row of a contact, likewise."""
    return Func(F("tenant"), *map(F, SEARCHED), function="contact_letters", output_field=SearchVectorField())


def has_words(tenant_id: uuid.UUID, words: str) -> Func:
    """Whether all these words are in a message, the last letters of each left open."""
    return _match(message_words(), "message_query", tenant_id, words)


def has_letters(tenant_id: uuid.UUID, letters: str) -> Func:
    """Whether these letters may be in a row in a contact: all of each three are somewhere in it."""
    return _match(contact_letters(), "contact_query", tenant_id, letters)


def _match(found: Func, query: str, tenant_id: uuid.UUID, text: str) -> Func:
    wanted = Func(Value(tenant_id), Value(text), function=query, output_field=SearchQueryField())
    return Func(found, wanted, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())
