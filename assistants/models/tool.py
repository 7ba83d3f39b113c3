"""What an assistant's model may ask for beside words: tools of ours that it is allowed, and tools of the tenant."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from assistants.models.assistant import Assistant
from assistants.outcome_types import LABELS as OUTCOMES
from tenants.ownership import TenantOwned, TenantOwnedQuerySet

TOOLS_MOST = 20
"""Tools of one tenant: a model that is told of more chooses worse, and pays for each in every answer."""


class Allowance(TenantOwned):
    """What an assistant may do by itself. An assistant without a row may do nothing but talk."""

    assistant = models.OneToOneField(Assistant, on_delete=models.CASCADE, related_name="allowance", db_constraint=False)
    hand_over = models.BooleanField(default=False)
    search_knowledge = models.BooleanField(default=False)
    collect_contact = models.BooleanField(default=False)
    outcomes = ArrayField(
        models.CharField(max_length=64, choices=list(OUTCOMES.items())), default=list, blank=True, size=len(OUTCOMES)
    )

    objects = TenantOwnedQuerySet["Allowance"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="allowance_within_tenant")]

    @property
    def is_on(self) -> bool:
        """Whether it allows any of our own tools."""
        return bool(self.hand_over or self.search_knowledge or self.collect_contact or self.outcomes)


class ToolQuerySet(TenantOwnedQuerySet["Tool"]):
    """The words that lists of tools are made of."""

    def in_order(self) -> Self:
        return self.order_by("name", "id")

    def usable_by(self, assistant: Assistant) -> Self:
        """Those in use that this assistant's model is told of."""
        return self.filter(active=True, users__assistant=assistant)


class Tool(TenantOwned):
    """An address of the tenant's that a model may have called, with arguments of its own within a schema.

    `headers` are sealed (`assistants.tools.headers`) for this row and the address's origin; only their names show.
    """

    class Method(models.TextChoices):
        GET = "GET", "GET"
        POST = "POST", "POST"
        PUT = "PUT", "PUT"
        PATCH = "PATCH", "PATCH"
        DELETE = "DELETE", "DELETE"

    name = models.CharField(
        max_length=40,
        validators=[RegexValidator(r"\A[a-z][a-z0-9_]*\Z", "Use small letters, digits and underscores.")],
    )
    description = models.CharField(max_length=1000)
    parameters = models.JSONField(default=dict, blank=True)
    method = models.CharField(max_length=8, choices=Method, default=Method.GET)
    url = models.CharField(max_length=1000)
    headers = models.BinaryField(default=b"", blank=True, editable=False)
    header_names = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ToolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tool_within_tenant"),
            models.UniqueConstraint(fields=["tenant", "name"], name="one_tool_per_tenant_and_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ToolUser(TenantOwned):
    """An assistant that may use a tool."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="users", db_constraint=False)
    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="tools", db_constraint=False)

    objects = TenantOwnedQuerySet["ToolUser"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tool", "assistant"], name="one_user_per_tool_and_assistant")]
