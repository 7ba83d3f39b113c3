"""What an assistant was and may become: the versions that were published, and a draft that no visitor meets."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models

from assistants.models.assistant import Assistant
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class AssistantDraft(TenantOwned):
    """Changes to an assistant that aren't published. The published values are the assistant's own row."""

    assistant = models.OneToOneField(Assistant, on_delete=models.CASCADE, related_name="draft", db_constraint=False)
    values = models.JSONField()
    # Another one with each saving: who saves over what they haven't seen is told.
    token = models.UUIDField(default=uuid.uuid4)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = TenantOwnedQuerySet["AssistantDraft"].as_manager()


class AssistantVersionQuerySet(TenantOwnedQuerySet["AssistantVersion"]):
    """The words that lists of versions are made of."""

    def in_order(self) -> Self:
        return self.order_by("-number")


class AssistantVersion(TenantOwned):
    """What an assistant was from one publication to the next; the latest is what visitors meet."""

    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="versions", db_constraint=False)
    number = models.PositiveIntegerField()
    values = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    returned_to = models.PositiveIntegerField(null=True, blank=True, help_text="The version whose values it took over.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_by_token = models.CharField(
        max_length=80, blank=True, help_text="The label of the API token, where no person published."
    )
    published_at = models.DateTimeField()

    objects = AssistantVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "assistant", "number"], name="one_assistant_version_of_each_number"
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"
