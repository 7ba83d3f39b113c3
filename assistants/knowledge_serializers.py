"""Knowledge as the dashboard API shows and takes it (contract §4)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assistants.addresses import check_page_url
from assistants.knowledge import FAQ_MOST
from assistants.languages import LANGUAGES, OTHER_LANGUAGE
from assistants.models import KnowledgeDocument, KnowledgeSource
from assistants.uploads import check_upload

Kind = KnowledgeSource.Kind
WRITTEN = (Kind.FAQ, Kind.TEXT)
REQUIRED = "This field is required."


class CountsSerializer(serializers.Serializer[Any]):
    """How far reading has come: pages found so far, looked at, and failed."""

    found = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()


class KnowledgeSerializer(serializers.ModelSerializer[KnowledgeSource]):
    """A source of knowledge."""

    language = serializers.ChoiceField(
        choices=[*LANGUAGES, OTHER_LANGUAGE], required=False, help_text="Recognised from the text when left out."
    )
    title = serializers.CharField(
        max_length=300, required=False, help_text="Of a page or site, its address when left out."
    )
    pages = serializers.SerializerMethodField(help_text="Of a page or site: found in the last reading, done, failed.")

    class Meta:
        model = KnowledgeSource
        fields = [
            "id", "kind", "title", "body", "url", "language", "status", "failure", "characters", "follow",
            "most_pages", "depth", "again", "pages", "read_at", "next_read_at", "created_at", "changed_at",
        ]  # fmt: skip
        read_only_fields = [
            "status", "failure", "characters", "read_at", "next_read_at", "created_at", "changed_at",
        ]  # fmt: skip
        extra_kwargs = {
            "body": {"help_text": "The answer to a question, or a text; nothing for files, pages and sites."},
            "url": {"help_text": "Where a page or site is read; for others, where visitors can read more."},
            "again": {"help_text": "How often a page or site is read anew."},
        }

    @extend_schema_field(CountsSerializer)
    def get_pages(self, source: KnowledgeSource) -> dict[str, int]:
        """From `with_counts`; nothing was looked at yet where that isn't asked."""
        names = {"found": "pages_queued", "done": "pages_done", "failed": "pages_failed"}
        return {name: getattr(source, count, 0) for name, count in names.items()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What a kind needs, and what it can't have."""
        kind = attrs.get("kind", self.instance.kind if self.instance else Kind.FAQ)
        if self.instance and kind != self.instance.kind and not {kind, self.instance.kind} <= set(WRITTEN):
            raise serializers.ValidationError({"kind": "A source stays what it is. Add another one."})
        if kind in WRITTEN:
            self._validate_written(kind, attrs)
        else:
            self._validate_read(kind, attrs)
        return attrs

    def _validate_written(self, kind: str, attrs: dict[str, Any]) -> None:
        missing = [name for name in ("title", "body") if not attrs.get(name, getattr(self.instance, name, ""))]
        if missing:
            raise serializers.ValidationError(dict.fromkeys(missing, REQUIRED))
        body = attrs.get("body", self.instance.body if self.instance else "")
        if kind == Kind.FAQ and len(body) > FAQ_MOST:
            raise serializers.ValidationError({"body": f"An answer has at most {FAQ_MOST:,} characters. Add a text."})

    def _validate_read(self, kind: str, attrs: dict[str, Any]) -> None:
        if attrs.get("body"):
            raise serializers.ValidationError({"body": "It is read, not written here."})
        if kind == Kind.FILE:
            if not self.instance:
                raise serializers.ValidationError({"file": "Send the file as multipart/form-data."})
            attrs.pop("url", None)
        elif "url" in attrs or not self.instance:
            try:
                attrs["url"] = check_page_url(attrs.get("url", ""))
            except ModelValidationError as problem:
                raise serializers.ValidationError({"url": problem.messages}) from None


class UploadSerializer(serializers.Serializer[Any]):
    """A file of knowledge: PDF, DOCX, TXT, MD or CSV with a line of headings, at most 10 MB."""

    kind = serializers.ChoiceField(choices=[Kind.FILE.value], default=Kind.FILE.value)
    file = serializers.FileField(max_length=1000, allow_empty_file=True)
    title = serializers.CharField(max_length=300, required=False, help_text="The file's name when left out.")
    language = serializers.ChoiceField(choices=[*LANGUAGES, OTHER_LANGUAGE], required=False)

    def validate_file(self, file: UploadedFile[bytes]) -> UploadedFile[bytes]:
        """By name and size; what is in it is looked at by a worker."""
        try:
            check_upload(file)
        except ModelValidationError as problem:
            raise serializers.ValidationError(problem.messages) from None
        return file


class DocumentSerializer(serializers.ModelSerializer[KnowledgeDocument]):
    """A page of a source, and what came of it."""

    class Meta:
        model = KnowledgeDocument
        fields = ["id", "url", "title", "state", "reason", "depth", "characters", "read_at"]
        read_only_fields = fields


class PassageSerializer(serializers.Serializer[Any]):
    """A passage that a question finds."""

    source_id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()
    text = serializers.CharField()
    score = serializers.FloatField(help_text="How much of the question its words cover, from 0 to 1.")
    closeness = serializers.FloatField(help_text="How near its meaning is, up to 1; 0 where that isn't known.")
    words = serializers.ListField(child=serializers.CharField(), help_text="The question's words that stand in it.")


class FoundSerializer(serializers.Serializer[Any]):
    """What a question finds, and whether the best of it counts as an answer."""

    query = serializers.CharField()
    found = serializers.BooleanField()
    passages = PassageSerializer(many=True)
