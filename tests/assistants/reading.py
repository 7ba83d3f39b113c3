"""Sources that a worker has read, in this process."""

from __future__ import annotations

from typing import Any

from assistants import knowledge, reading
from assistants.models import KnowledgeSource
from tenants.models import Tenant


def read(source: KnowledgeSource) -> KnowledgeSource:
    """Read it, however many turns that takes."""
    while not reading.read(source.pk):
        pass
    source.refresh_from_db()
    return source


def upload(tenant: Tenant, name: str, data: bytes, **fields: Any) -> KnowledgeSource:
    """A file that was read."""
    return read(knowledge.add_file(tenant=tenant, name=name, data=data, **fields))


def visit(tenant: Tenant, kind: str, url: str, **fields: Any) -> KnowledgeSource:
    """A page or a site that was read."""
    return read(knowledge.add_address(tenant=tenant, kind=kind, url=url, **fields))


def pages_of(source: KnowledgeSource) -> dict[str, tuple[str, str]]:
    """Each page's path with its state and the reason."""
    return {"/" + d.url.partition("://")[2].partition("/")[2]: (d.state, d.reason) for d in source.documents.in_order()}
