"""What a tenant's assistants know, where it was read, and the pieces of it that a question finds."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from tenants.ownership import TenantOwned, TenantOwnedQuerySet

PAGES_MOST = 500
DEPTH_MOST = 10
URL_MOST = 1000


class KnowledgeSourceQuerySet(TenantOwnedQuerySet["KnowledgeSource"]):
    """The words that lists of sources are made of."""

    def in_order(self) -> Self:
        return self.order_by("title", "id")

    def with_words(self, words: str) -> Self:
        """Those that hold these words in their title, address or text, just as they are typed."""
        if not words:
            return self
        in_page = KnowledgeDocument.objects.filter(source=models.OuterRef("pk"), tenant=models.OuterRef("tenant"))
        there = Q(title__icontains=words) | Q(body__icontains=words) | Q(url__icontains=words)
        return self.filter(there | models.Exists(in_page.filter(Q(title__icontains=words) | Q(text__icontains=words))))

    def with_counts(self) -> Self:
        """Each with how many of its pages were looked at in this round, and how many of those failed."""
        now = Q(documents__round=models.F("round"))
        state = KnowledgeDocument.State
        return self.annotate(
            pages_queued=Count("documents", filter=now),
            pages_done=Count("documents", filter=now & ~Q(documents__state=state.WAITING)),
            pages_failed=Count("documents", filter=now & Q(documents__state=state.FAILED)),
        )

    def due(self) -> Self:
        """Those that should be read anew by now."""
        return self.filter(status__in=("ready", "failed"), next_read_at__lte=timezone.now())


class KnowledgeSource(TenantOwned):
    """A question with its answer, a text, a file, a page or a whole site.

    `body` of an FAQ is the answer, `title` the question. Files, pages and sites have no body: what was read of them is
    in their documents. `claim`, `lease_until` and `tries` belong to `assistants.claims`.
    """

    class Kind(models.TextChoices):
        FAQ = "faq", "Question and answer"
        TEXT = "text", "Text"
        FILE = "file", "File"
        PAGE = "page", "Web page"
        SITE = "site", "Website"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READING = "reading", "Reading"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    class Again(models.TextChoices):
        NEVER = "never", "Never"
        DAILY = "daily", "Daily"
        WEEKLY = "weekly", "Weekly"

    class Follow(models.TextChoices):
        LINKS = "links", "Links from this page"
        SITEMAP = "sitemap", "The site’s sitemap"

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FAQ)
    title = models.CharField(max_length=300)
    body = models.TextField(max_length=200_000, blank=True)
    url = models.URLField(max_length=URL_MOST, blank=True)
    language = models.CharField(
        max_length=20, default="english", blank=True, help_text="PostgreSQL's text search configuration."
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.READY)
    failure = models.CharField(max_length=400, blank=True, help_text="Why it failed, or what is missing, in words.")
    characters = models.PositiveIntegerField(default=0)
    follow = models.CharField(max_length=8, choices=Follow, default=Follow.LINKS)
    most_pages = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(1), MaxValueValidator(PAGES_MOST)]
    )
    depth = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(DEPTH_MOST)])
    again = models.CharField(max_length=8, choices=Again, default=Again.NEVER)
    next_read_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveIntegerField(default=0, help_text="How often it has been read.")
    claim = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = KnowledgeSourceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_source_within_tenant")]
        indexes = [
            models.Index(
                fields=["status", "lease_until"],
                condition=Q(status__in=["waiting", "reading"]),
                name="knowledge_to_read",
            ),
            models.Index(
                fields=["next_read_at"], condition=Q(next_read_at__isnull=False), name="knowledge_to_read_again"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_word(self) -> str:
        """Its kind in one word, for lists."""
        return {self.Kind.FAQ: "Question", self.Kind.PAGE: "Page", self.Kind.SITE: "Site"}.get(
            self.Kind(self.kind), self.Kind(self.kind).label
        )

    @property
    def is_written(self) -> bool:
        """Whether people write it here; else it is read somewhere."""
        return self.kind in (self.Kind.FAQ, self.Kind.TEXT)

    @property
    def is_on_the_web(self) -> bool:
        """Whether it is read from an address."""
        return self.kind in (self.Kind.PAGE, self.Kind.SITE)

    @property
    def is_busy(self) -> bool:
        """Whether it waits to be read or is being read."""
        return self.status in (self.Status.WAITING, self.Status.READING)


class KnowledgeFile(TenantOwned):
    """An uploaded file as it came. In the database, so that every process can read it."""

    source = models.OneToOneField(KnowledgeSource, on_delete=models.CASCADE, related_name="file", db_constraint=False)
    name = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    data = models.BinaryField()

    objects = TenantOwnedQuerySet["KnowledgeFile"].as_manager()


class KnowledgeDocumentQuerySet(TenantOwnedQuerySet["KnowledgeDocument"]):
    """The words that lists of documents are made of."""

    def in_order(self) -> Self:
        """As they were found."""
        return self.order_by("depth", "id")

    def troubled_first(self) -> Self:
        """Those that failed before the others, and what was left out last."""
        state = KnowledgeDocument.State
        ranks = {state.FAILED: 0, state.WAITING: 1, state.READY: 2}
        rank = models.Case(*(models.When(state=name, then=place) for name, place in ranks.items()), default=3)
        return self.order_by(rank, "depth", "id")


class KnowledgeDocument(TenantOwned):
    """One text that was read: a file's, or that of one page. Without an address it is the file's."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READY = "ready", "Read"
        SKIPPED = "skipped", "Left out"
        FAILED = "failed", "Failed"

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="documents", db_constraint=False)
    url = models.CharField(max_length=URL_MOST, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=400, blank=True)
    is_gone = models.BooleanField(default=False, help_text="Failed for good: there is nothing at this address.")
    depth = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveIntegerField(default=0, help_text="The source's round in which it was last looked at.")
    characters = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, help_text="Of the text: two pages that say the same are one.")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = KnowledgeDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="knowledge_document_within_tenant"),
            models.UniqueConstraint(fields=["source", "url"], name="one_document_per_address"),
        ]

    def __str__(self) -> str:
        return self.title or self.url


class KnowledgeChunk(TenantOwned):
    """A passage that is found as a whole. `words` weighs headings (A) over text (B); written by `assistants.indexing`.

    Where PostgreSQL has the extension pgvector, the table also has a column `embedding` (`assistants.vectors`), made by
    the model named in `embedded_by`.
    """

    source = models.ForeignKey(KnowledgeSource, on_delete=models.CASCADE, related_name="chunks", db_constraint=False)
    document = models.ForeignKey(
        KnowledgeDocument,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="chunks",
        db_constraint=False,
    )
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    words = SearchVectorField()
    embedded_by = models.CharField(max_length=120, blank=True)

    objects = TenantOwnedQuerySet["KnowledgeChunk"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "document", "position"], nulls_distinct=False, name="one_chunk_per_place"
            ),
        ]
        indexes = [
            GinIndex(fields=["words"], name="knowledge_words"),
            models.Index(fields=["tenant", "embedded_by"], name="knowledge_embedded"),
        ]
