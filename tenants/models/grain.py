"""Grain: switches of the platform and of single tenants."""

from __future__ import annotations

import json

from django.db import models

from tenants.models.tenant import Tenant
from tenants.ownership import new_id


class Grain(models.Model):
    """One key's value, for the platform or for one tenant. No row means the key's default (`tenants.grain`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=80)
    value = models.JSONField()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey("tenants.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "Grain"
        constraints = [
            models.UniqueConstraint(fields=["key", "tenant"], nulls_distinct=False, name="one_grain_per_key_and_scope")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def shown(self) -> str:
        """The value as one would type it."""
        return json.dumps(self.value, ensure_ascii=False)
