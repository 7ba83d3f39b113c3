"""What can be done with a tenant's knowledge: add, change and remove sources, and have them read again.

What people write here can be found at once; files, pages and sites wait for a worker (`assistants.reading`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from assistants import reading_tasks
from assistants.capacity import KnowledgeFull, make_room, room, used
from assistants.indexing import index
from assistants.languages import recognised
from assistants.models import KnowledgeFile, KnowledgeSource
from assistants.reading import EVERY
from tenants import audit
from tenants.models import Tenant, Verb

logger = structlog.get_logger("autochat.knowledge")

FAQ_MOST: Final = 4_000
"""Characters of an FAQ's answer: it is sent whole, as one chat message."""

FILE_MOST: Final = 10 * 1024 * 1024
"""Bytes of an uploaded file."""

FILE_KINDS: Final = ("pdf", "docx", "txt", "md", "markdown", "csv")
"""What the names of files that can be read end in."""

Status = KnowledgeSource.Status
_TOLD: Final = ("title", "language", "again", "follow", "most_pages", "depth")
"""Of these the audit log shows values; texts and addresses are only named."""


def characters(tenant: Tenant) -> int:
    """How much text the tenant's assistants know."""
    return used(tenant.pk)


@transaction.atomic
def add_source(*, tenant: Tenant, **fields: Any) -> KnowledgeSource:
    """Store a question or a text with its passages. Without `language` it is recognised. Raises KnowledgeFull."""
    source = KnowledgeSource(tenant=tenant, **fields)
    make_room(tenant.pk, more=len(source.body))
    _store(source)
    _record(Verb.KNOWLEDGE_ADDED, source, kind=source.kind)
    return source


@transaction.atomic
def add_questions(*, tenant: Tenant, pairs: Sequence[tuple[str, str]]) -> list[KnowledgeSource]:
    """Store many questions with their answers, all or none. Raises KnowledgeFull."""
    make_room(tenant.pk, more=sum(len(body) for _, body in pairs))
    kind = KnowledgeSource.Kind.FAQ
    sources = [KnowledgeSource(tenant=tenant, kind=kind, title=title, body=body, language="") for title, body in pairs]
    for source in sources:
        _store(source)
    if sources:
        name, count = "Questions out of one text", len(sources)
        audit.record(Verb.KNOWLEDGE_ADDED, tenant=tenant, name=name, kind=kind.value, count=count)
    return sources


@transaction.atomic
def add_file(*, tenant: Tenant, name: str, data: bytes, title: str = "", language: str = "") -> KnowledgeSource:
    """Keep a file, to be read soon. Raises KnowledgeFull."""
    name = PurePath(name).name[-255:]
    source = _put_in_line(tenant, kind=KnowledgeSource.Kind.FILE, title=title or _titled(name), language=language)
    KnowledgeFile.objects.create(tenant=tenant, source=source, name=name, size=len(data), data=data)
    return source


@transaction.atomic
def add_address(*, tenant: Tenant, kind: str, url: str, title: str = "", **fields: Any) -> KnowledgeSource:
    """Note a page or a site, to be read soon. Raises KnowledgeFull."""
    parts = urlsplit(url)
    title = title or f"{parts.hostname or url}{parts.path}".rstrip("/")[:300]
    return _put_in_line(tenant, kind=kind, url=url, title=title, **{"language": "", **fields})


@transaction.atomic
def change_source(*, source: KnowledgeSource, **fields: Any) -> KnowledgeSource:
    """Change a source; its passages are made anew. Raises KnowledgeFull."""
    make_room(source.tenant_id, more=0)
    before = KnowledgeSource.objects.for_tenant(source.tenant_id).get(pk=source.pk)
    for name, value in fields.items():
        setattr(source, name, value)
    if source.is_written:
        make_room(source.tenant_id, more=len(source.body) - before.characters)
        _store(source)
    else:
        _change_read(source, fields, only_when={name for name in fields if fields[name] != getattr(before, name)})
    seen = audit.changes(audit.snapshot(before, fields), fields, shown=_TOLD)
    if seen:
        _record(Verb.KNOWLEDGE_CHANGED, source, changes=seen)
    return source


def read_again(*, source: KnowledgeSource) -> None:
    """Have a file, page or site read once more; nothing happens where that is on its way."""
    sources = KnowledgeSource.objects.for_tenant(source.tenant_id).filter(pk=source.pk)
    if sources.filter(status__in=(Status.READY, Status.FAILED)).update(**_in_line()):
        _wake(source.pk)


@transaction.atomic
def remove_source(*, source: KnowledgeSource) -> None:
    """Forget a source and its passages."""
    _record(Verb.KNOWLEDGE_REMOVED, source, kind=source.kind)
    source.delete()


def _record(verb: Verb, source: KnowledgeSource, **more: Any) -> None:
    audit.record(verb, tenant=source.tenant_id, target=source, name=source.title, **more)


def _store(source: KnowledgeSource) -> None:
    if not source.language:
        source.language = recognised(f"{source.title} {source.body}")
    source.characters = len(source.body)
    source.save()  # first, for it locks the row: two people who change one source index it one after the other
    index(source)


def _put_in_line(tenant: Tenant, **fields: Any) -> KnowledgeSource:
    make_room(tenant.pk, more=0)
    now = room(tenant)
    if not now.free:
        raise KnowledgeFull(limit=now.limit, free=0, wanted=1)
    source = KnowledgeSource.objects.create(tenant=tenant, status=Status.WAITING, **fields)
    _record(Verb.KNOWLEDGE_ADDED, source, kind=source.kind)
    _wake(source.pk)
    return source


def _change_read(source: KnowledgeSource, fields: dict[str, Any], *, only_when: set[str]) -> None:
    """Only what was given is written: a worker may be at work on the rest of the row."""
    if only_when - {"again"}:
        fields = {**fields, **_in_line()}
        _wake(source.pk)
    elif only_when:
        pause = EVERY.get(source.again)
        fields = {**fields, "next_read_at": timezone.now() + pause if pause else None}
    KnowledgeSource.objects.for_tenant(source.tenant_id).filter(pk=source.pk).update(**fields)
    source.refresh_from_db()


def _in_line() -> dict[str, Any]:
    """Whoever reads the source now has lost it."""
    return {"status": Status.WAITING, "claim": None, "lease_until": None, "next_read_at": None, "failure": ""}


def _wake(source_id: uuid.UUID) -> None:
    transaction.on_commit(partial(_ring, source_id))


def _ring(source_id: uuid.UUID) -> None:
    """Without a broker the source waits for the next sweep: the row is the queue."""
    try:
        reading_tasks.wake(source_id)
    except OperationalError as problem:
        logger.warning("no broker to ring", problem=str(problem))


def _titled(name: str) -> str:
    """A file's name as a title: without its end, with spaces for what stands for them."""
    return " ".join(PurePath(name).stem.replace("_", " ").split())[:300] or name[:300]
