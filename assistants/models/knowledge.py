"""What a tenant's assistants know, and the pieces of it that a question finds."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class KnowledgeSourceQuerySet(TenantOwnedQuerySet["KnowledgeSource"]):
    """The words that lists of sources are made of."""

    def in_order(self) -> Self:
        return self.order_by("title", "id")

    def with_words(self, words: str) -> Self:
        """Those that hold these words in their title or text, just as they are typed."""
        return self.filter(models.Q(title__icontains=words) | models.Q(body__icontains=words)) if words else self


class KnowledgeSource(TenantOwned):
    """A question with its answer, or a text. `body` of an FAQ is the answer, `title` the question."""

    class Kind(models.TextChoices):
        FAQ = "faq", "Question and answer"
        TEXT = "text", "Text"

    class Status(models.TextChoices):
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FAQ)
    title = models.CharField(max_length=300)
    body = models.TextField(max_length=200_000)
    url = models.URLField(max_length=1000, blank=True)
    language = models.CharField(max_length=20, default="english", help_text="PostgreSQL's text search configuration.")
    status = models.CharField(max_length=12, choices=Status, default=Status.READY)
    characters = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = KnowledgeSourceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_source_within_tenant")]

    def __str__(self) -> str:
        return self.title


class KnowledgeChunk(TenantOwned):
    """A passage that is found as a whole. `words` weighs headings (A) over text (B); written by `assistants.chunks`."""

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="chunks", db_constraint=False)
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    words = SearchVectorField()

    objects = TenantOwnedQuerySet["KnowledgeChunk"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "position"], name="one_chunk_per_position"),
        ]
        indexes = [GinIndex(fields=["words"], name="knowledge_words")]
