"""Cut a source into passages and store them with the words they are found by."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import CombinedExpression

from assistants.chunks import Piece, split
from assistants.lexicon import MEANINGS
from assistants.models import KnowledgeChunk, KnowledgeSource

LITERAL = "simple"
"""The configuration that leaves every word as it is: against it misspelt words are compared."""


def index(source: KnowledgeSource) -> None:
    """Replace a source's passages; belongs in the transaction that stores the source."""
    KnowledgeChunk.objects.filter(source=source, tenant=source.tenant_id).delete()
    KnowledgeChunk.objects.bulk_create(
        KnowledgeChunk(
            tenant_id=source.tenant_id,
            source=source,
            position=position,
            heading=piece.heading,
            body=piece.body,
            words=_words(source, piece),
        )
        for position, piece in enumerate(pieces_of(source))
    )


def pieces_of(source: KnowledgeSource) -> list[Piece]:
    """A text's passages. The answer to a question is one passage however long: half an answer is none."""
    if source.kind == KnowledgeSource.Kind.FAQ:
        return [Piece(heading="", body=source.body.strip())]
    return split(source.body)


def _words(source: KnowledgeSource, piece: Piece) -> CombinedExpression:
    """Title and heading (A) over text (B) in the source's language, and both as they are typed (C, D)."""
    title, body = Value(f"{source.title}\n{piece.heading}"), Value(piece.body)
    asked = Value("\n".join([source.title, piece.heading, *MEANINGS.implied(source.title)]))
    return (
        SearchVector(asked, weight="A", config=source.language)
        + SearchVector(body, weight="B", config=source.language)
        + SearchVector(title, weight="C", config=LITERAL)
        + SearchVector(body, weight="D", config=LITERAL)
    )
