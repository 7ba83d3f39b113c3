"""What is taken as a file of knowledge, by its name and size; what is in it only a worker looks at."""

from __future__ import annotations

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from assistants.knowledge import FILE_KINDS, FILE_MOST

KINDS_IN_WORDS = "PDF, DOCX, TXT, MD or CSV"


def check_upload(file: UploadedFile[bytes]) -> None:
    """Refuse what can't be read anyway. Raises ValidationError."""
    kind = PurePath(file.name or "").suffix.lower().removeprefix(".")
    if kind not in FILE_KINDS:
        raise ValidationError(f"Only {KINDS_IN_WORDS} files can be read. Save it as one of these.")
    if (file.size or 0) > FILE_MOST:
        raise ValidationError(f"A file has at most {FILE_MOST // 1024 // 1024} MB. Split it, or leave pictures out.")
    if not file.size:
        raise ValidationError("The file is empty.")
