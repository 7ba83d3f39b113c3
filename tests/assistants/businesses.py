"""Small businesses, what they know, and what visitors ask: the yardstick of the knowledge search.

Every third question of a business is held out: it is counted, but nothing is tuned on it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistants import knowledge
from assistants.models import KnowledgeSource
from tenants.models import Tenant
from tests import factories

FOLDER = Path(__file__).parent / "quality"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@dataclass(frozen=True)
class Business:
    """What one tenant wrote down, and what its visitors ask."""

    name: str
    language: str
    questions: list[tuple[str, str]]
    unanswerable: list[str]
    faqs: dict[str, dict[str, str]]
    texts: dict[str, dict[str, str]]

    @property
    def tuned(self) -> list[tuple[str, str]]:
        return [pair for number, pair in enumerate(self.questions) if number % 3 != 2]

    @property
    def held_out(self) -> list[tuple[str, str]]:
        return [pair for number, pair in enumerate(self.questions) if number % 3 == 2]


def load(name: str) -> Business:
    """One of the businesses in the folder."""
    facts: dict[str, Any] = {"texts": {}, **tomllib.loads((FOLDER / f"{name}.toml").read_text())}
    return Business(**facts)


def open_business(business: Business) -> tuple[Tenant, dict[str, str]]:
    """A tenant that knows all this, and the name of each source by its id."""
    tenant = factories.make_tenant(business.name)
    names = {}
    for kind, sources in (("faq", business.faqs), ("text", business.texts)):
        for name, fields in sources.items():
            source = knowledge.add_source(tenant=tenant, kind=kind, language=business.language, **fields)
            names[str(source.pk)] = name
    return tenant, names


def ask_about(tenant: Tenant, title: str, body: str, **fields: Any) -> KnowledgeSource:
    """Write down one question with its answer."""
    return knowledge.add_source(tenant=tenant, kind="faq", title=title, body=body, **{"language": "english", **fields})
