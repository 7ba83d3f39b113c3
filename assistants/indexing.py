"""Cut a text into passages and store them with the words they are found by."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from assistants.chunks import Piece, split
from assistants.lexicon import MEANINGS
from assistants.models import KnowledgeChunk, KnowledgeDocument, KnowledgeSource

LITERAL = "simple"
"""The configuration that leaves every word as it is: against it misspelt words are compared."""

BATCH = 500
"""Passages per statement: a book's thousands in one would be a statement of megabytes."""


def index(source: KnowledgeSource) -> None:
    """Replace a source's passages; belongs in the transaction that stores the source."""
    KnowledgeChunk.objects.filter(source=source, tenant=source.tenant_id).delete()
    _store(source, None, source.title, source.language, pieces_of(source))


def index_document(source: KnowledgeSource, document: KnowledgeDocument) -> None:
    """Replace the passages of one document; belongs in the transaction that stores the document."""
    forget_passages(document)
    _store(source, document, document.title or source.title, document.language, split(document.text))


def forget_passages(document: KnowledgeDocument) -> None:
    """A document's passages are found no longer."""
    KnowledgeChunk.objects.filter(document=document, tenant=document.tenant_id).delete()


def pieces_of(source: KnowledgeSource) -> list[Piece]:
    """A text's passages. The answer to a question is one passage however long: half an answer is none."""
    if source.kind == KnowledgeSource.Kind.FAQ:
        return [Piece(heading="", body=source.body.strip())]
    return split(source.body)


def _store(
    source: KnowledgeSource, document: KnowledgeDocument | None, title: str, language: str, pieces: list[Piece]
) -> None:
    chunks = (
        KnowledgeChunk(
            tenant_id=source.tenant_id,
            source=source,
            document=document,
            position=position,
            heading=piece.heading,
            body=piece.body,
            words=_words(title, language, piece),
        )
        for position, piece in enumerate(pieces)
    )
    KnowledgeChunk.objects.bulk_create(chunks, batch_size=BATCH)


def _words(title: str, language: str, piece: Piece) -> CombinedExpression:
    """Title and heading (A) over text (B) in the text's language, and both as they are typed (C, D)."""
    named, body = Value(f"{title}\n{piece.heading}"), Value(piece.body)
    asked = Value("\n".join([title, piece.heading, *MEANINGS.implied(title)]))
    return (
        SearchVector(asked, weight="A", config=language)
        + SearchVector(body, weight="B", config=language)
        + SearchVector(named, weight="C", config=LITERAL)
        + SearchVector(body, weight="D", config=LITERAL)
    )
