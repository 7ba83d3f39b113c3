"""Store what was read: one document at a time, as long as the plan has room, and never after the claim was lost."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from assistants.capacity import make_room
from assistants.claims import Claim
from assistants.extraction.base import Extracted
from assistants.indexing import forget_passages, index_document
from assistants.languages import recognised
from assistants.models import KnowledgeDocument, KnowledgeSource

State = KnowledgeDocument.State
SAME = "It says the same as {url}."


@transaction.atomic
def keep(claim: Claim, source: KnowledgeSource, document: KnowledgeDocument, read: Extracted) -> None:
    """Store a document's text and its passages. Raises KnowledgeFull and ClaimLost, and then has stored nothing."""
    digest = hashlib.sha256(read.text.encode()).hexdigest()
    if twin := _twin(document, digest):
        leave_out(claim, document, SAME.format(url=twin.url))
        return
    make_room(claim.tenant_id, more=len(read.text) - document.characters)
    claim.renew()
    language = source.language or recognised(f"{read.title} {read.text}")
    is_new = (digest, read.title, language) != (document.digest, document.title, document.language)
    document.text, document.title, document.digest, document.language = read.text, read.title, digest, language
    _say(document, characters=len(read.text), state=State.READY, reason="", is_gone=False)
    if is_new or source.kind == KnowledgeSource.Kind.FILE:  # a file's passages are named after the source
        index_document(source, document)
        _count(claim)


@transaction.atomic
def note_failure(claim: Claim, document: KnowledgeDocument, reason: str, *, is_gone: bool = False) -> None:
    """Say why a document could not be read. What it said before stays, unless it is gone for good."""
    claim.renew()
    if is_gone:
        _empty(claim, document, state=State.FAILED, reason=reason, is_gone=True)
        return
    kept = " What it said before is kept." if document.characters else ""
    _say(document, state=State.FAILED, reason=f"{reason}{kept}"[:400], is_gone=False)


@transaction.atomic
def leave_out(claim: Claim, document: KnowledgeDocument, reason: str) -> None:
    """A document adds nothing: another one says the same."""
    claim.renew()
    _empty(claim, document, state=State.SKIPPED, reason=reason[:400], is_gone=False)


@transaction.atomic
def leave_out_the_rest(claim: Claim, reason: str) -> None:
    """Nothing more is read in this round."""
    claim.renew()
    rest = KnowledgeDocument.objects.for_tenant(claim.tenant_id).filter(source=claim.source_id, state=State.WAITING)
    rest.update(state=State.SKIPPED, reason=reason[:400])


@transaction.atomic
def forget_vanished(claim: Claim, round_: int) -> None:
    """Forget documents that nothing leads to any longer."""
    make_room(claim.tenant_id, more=0)
    claim.renew()
    if _all(claim).filter(round__lt=round_).delete()[0]:
        _count(claim)


def _all(claim: Claim) -> Any:
    return KnowledgeDocument.objects.for_tenant(claim.tenant_id).filter(source=claim.source_id)


def _twin(document: KnowledgeDocument, digest: str) -> KnowledgeDocument | None:
    """Another document of the source that says the same, and was looked at in this round."""
    others = KnowledgeDocument.objects.for_tenant(document.tenant_id).filter(
        source=document.source_id, digest=digest, round=document.round, state=State.READY
    )
    return others.exclude(pk=document.pk).first()


def _empty(claim: Claim, document: KnowledgeDocument, **fields: Any) -> None:
    was_there = document.characters > 0
    forget_passages(document)
    _say(document, text="", digest="", characters=0, **fields)
    if was_there:
        _count(claim)


def _say(document: KnowledgeDocument, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(document, name, value)
    document.read_at = timezone.now()
    document.save()


def _count(claim: Claim) -> None:
    """What the source says has changed: it has as many characters as its documents."""
    characters = _all(claim).aggregate(all=Sum("characters", default=0))["all"]
    mine = KnowledgeSource.objects.for_tenant(claim.tenant_id).filter(pk=claim.source_id)
    mine.update(characters=characters, changed_at=timezone.now())
