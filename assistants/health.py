"""How an assistant's model fared last, for its admins: noted at most once a minute, gone when it answers again."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from assistants.models import Assistant
from assistants.models.assistant import AssistantQuerySet
from assistants.providers.base import ProviderError

NOTED_EVERY = timedelta(minutes=1)
"""A provider that is down fails every turn; the first of each minute says enough."""


def is_news(assistant: Assistant) -> bool:
    """Whether a failure now is worth a statement, by the row as it was read."""
    return assistant.failure_at is None or assistant.failure_at < timezone.now() - NOTED_EVERY


def note_failure(assistant: Assistant, error: ProviderError, *, request_id: str) -> None:
    """Keep why the model gave no answer, unless a failure was kept within the last minute."""
    now = timezone.now()
    _row(assistant).filter(Q(failure_at=None) | Q(failure_at__lt=now - NOTED_EVERY)).update(
        failure=error.failure.value,
        failure_words=error.message[:300],
        failure_request=request_id[:128],
        failure_at=now,
    )


def note_answer(assistant: Assistant) -> None:
    """The model answers again. When it failed last is kept: that is what the minute is counted from."""
    _row(assistant).exclude(failure="").update(failure="", failure_words="", failure_request="")


def _row(assistant: Assistant) -> AssistantQuerySet:
    return Assistant.objects.for_tenant(assistant.tenant_id).filter(pk=assistant.pk)
