"""What can be done with a tenant's knowledge: add, change and remove sources, each with its passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from assistants.indexing import index
from assistants.models import KnowledgeSource
from assistants.providers.languages import language_of
from tenants.models import Tenant

FAQ_MOST: Final = 4_000
"""Characters of an FAQ's answer: it is sent whole, as one chat message."""

CONFIGURATIONS: Final = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
"""PostgreSQL's text search configuration for each language that can be recognised."""

LANGUAGES: Final = (
    "arabic", "danish", "dutch", "english", "finnish", "french", "german", "greek", "hungarian", "indonesian",
    "italian", "norwegian", "portuguese", "romanian", "russian", "spanish", "swedish", "turkish",
)  # fmt: skip
OTHER_LANGUAGE: Final = "simple"
"""For languages without a configuration: words are found as they are written."""


def characters(tenant: Tenant) -> int:
    """How much text the tenant's assistants know."""
    return int(KnowledgeSource.objects.for_tenant(tenant).aggregate(all=Sum("characters", default=0))["all"])


@transaction.atomic
def add_source(*, tenant: Tenant, **fields: Any) -> KnowledgeSource:
    """Store a source and its passages. Without `language` it is recognised from the text."""
    source = KnowledgeSource(tenant=tenant, **fields)
    _store(source)
    return source


@transaction.atomic
def add_questions(*, tenant: Tenant, pairs: Sequence[tuple[str, str]]) -> list[KnowledgeSource]:
    """Store many questions with their answers, all or none."""
    kind = KnowledgeSource.Kind.FAQ
    return [add_source(tenant=tenant, kind=kind, title=title, body=body, language="") for title, body in pairs]


@transaction.atomic
def change_source(*, source: KnowledgeSource, **fields: Any) -> KnowledgeSource:
    """Change a source, and make its passages anew."""
    for name, value in fields.items():
        setattr(source, name, value)
    _store(source)
    return source


def remove_source(*, source: KnowledgeSource) -> None:
    """Forget a source and its passages."""
    source.delete()


def _store(source: KnowledgeSource) -> None:
    if not source.language:
        source.language = CONFIGURATIONS[language_of(f"{source.title} {source.body}")]
    source.characters = len(source.body)
    source.save()  # first, for it locks the row: two people who change one source index it one after the other
    index(source)
