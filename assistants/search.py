"""Find the passages of a tenant's knowledge that answer a question."""

from __future__ import annotations

import uuid

from assistants.providers.base import Passage
from assistants.providers.knowledge import ENOUGH


def find_passages(
    tenant_id: uuid.UUID, question: str, limit: int = 4, *, at_least: float = ENOUGH
) -> list[Passage]:
    """The best passages for a question, best first, each with a score from 0 to 1 of at least `at_least`."""
    raise AssertionError(tenant_id, question, limit, at_least)
