"""One turn of reading a source: claim it, read for a while, say how it ended."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import PurePath
from typing import Any, Final

import structlog
from django.utils import timezone

from assistants import documents
from assistants.capacity import KnowledgeFull
from assistants.claims import Claim, ClaimLost, claim
from assistants.crawling.crawl import crawl
from assistants.crawling.fetching import FetchFailed
from assistants.extraction.base import Extracted, Unreadable
from assistants.models import KnowledgeDocument, KnowledgeFile, KnowledgeSource
from assistants.reader import Reader
from tenants import wall
from tenants.database import give_connection_back

logger = structlog.get_logger("autochat.knowledge")

TURN_SECONDS: Final = 20.0
"""A crawl gives its worker back after so long; others want to work too."""

EVERY: Final = {
    KnowledgeSource.Again.DAILY.value: timedelta(days=1),
    KnowledgeSource.Again.WEEKLY.value: timedelta(days=7),
}
State = KnowledgeDocument.State
Status = KnowledgeSource.Status


def read(source_id: uuid.UUID) -> bool:
    """Read a source for one turn; False when another turn is needed."""
    taken = claim(source_id)
    if taken is None:
        return True
    try:
        with wall.around(taken.tenant_id):
            source = KnowledgeSource.objects.for_tenant(taken.tenant_id).get(pk=source_id)
            if not _go_on(taken, source):
                taken.give_back()
                return False
    except (ClaimLost, KnowledgeSource.DoesNotExist):
        logger.info("source taken away while it was read", source_id=str(source_id))
    return True


def _go_on(taken: Claim, source: KnowledgeSource) -> bool:
    """Read on; True when this round is over, and how it ended is stored."""
    note = ""
    try:
        if source.kind == KnowledgeSource.Kind.FILE:
            _read_file(taken, source)
        elif not crawl(taken, source, seconds=TURN_SECONDS):
            return False
    except (Unreadable, FetchFailed) as problem:
        taken.finish(status=Status.FAILED, failure=str(problem)[:400], **_next(source))
        return True
    except KnowledgeFull as problem:
        note = str(problem)
        documents.leave_out_the_rest(taken, note)
    _finish(taken, source, note)
    return True


def _read_file(taken: Claim, source: KnowledgeSource) -> None:
    """The text of an uploaded file. Raises Unreadable and KnowledgeFull."""
    file = KnowledgeFile.objects.for_tenant(source.tenant_id).get(source=source)
    document, _ = KnowledgeDocument.objects.for_tenant(source.tenant_id).update_or_create(
        source=source, url="", tenant_id=source.tenant_id, defaults={"round": source.round, "state": State.WAITING}
    )
    kind, data = PurePath(file.name).suffix.lower().removeprefix("."), bytes(file.data)
    give_connection_back()
    with Reader() as reader:
        text = reader.read("md" if kind == "markdown" else kind, data).text
    if not text:
        raise Unreadable("The file is empty.")
    documents.keep(taken, source, document, Extracted(text))


def _finish(taken: Claim, source: KnowledgeSource, note: str) -> None:
    """Ready when anything could be read; what nothing leads to any longer is forgotten if all could be looked at."""
    now = KnowledgeDocument.objects.for_tenant(source.tenant_id).filter(source=source, round=source.round)
    if not now.filter(state=State.READY).exists():
        failed = now.exclude(reason="").in_order().first()
        words = note or (failed.reason if failed else "Nothing was found to read.")
        taken.finish(status=Status.FAILED, failure=words[:400], **_next(source))
        return
    if not note and not now.filter(state=State.FAILED, is_gone=False).exists():
        documents.forget_vanished(taken, source.round)
    taken.finish(status=Status.READY, failure=note[:400], **_next(source))


def _next(source: KnowledgeSource) -> dict[str, Any]:
    """When it is read anew."""
    pause = EVERY.get(source.again)
    return {"next_read_at": timezone.now() + pause if pause else None}
