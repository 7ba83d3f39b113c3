"""The platform's switches, for its staff."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tenants import grain
from tenants.access import MemberRequest, staff_required
from tenants.models import Grain, Tenant


class GrainForm(forms.Form):
    """One key's value, for the platform or one tenant."""

    key = forms.CharField(label="Key", max_length=80, widget=forms.TextInput(attrs={"list": "grain-keys"}))
    value = forms.CharField(
        label="Value", required=False, max_length=grain.MAX_TEXT, help_text="true, false or a text, as the key has it."
    )
    tenant = forms.UUIDField(
        label="Tenant id", required=False, help_text="Leave it empty to set the value for the whole platform."
    )

    def clean_tenant(self) -> Tenant | None:
        tenant_id: uuid.UUID | None = self.cleaned_data["tenant"]
        if tenant_id is None:
            return None
        try:
            return Tenant.objects.get(pk=tenant_id)
        except Tenant.DoesNotExist:
            raise forms.ValidationError("There is no tenant with this id.") from None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "key" in data and "value" in data:
            data["value"] = grain.parse(data["key"], data["value"])
            try:
                grain.check(data["key"], data["value"])
            except ValidationError as problem:
                self.add_error("value" if data["key"] in grain.KEYS else "key", problem)
        return data


@dataclass
class Row:
    """One key with all its values."""

    name: str
    known: grain.Key | None
    platform: Grain | None = None
    overrides: list[Grain] = field(default_factory=list)

    @property
    def default(self) -> str:
        return json.dumps(self.known.default) if self.known else ""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def page(request: MemberRequest) -> HttpResponse:
    """All keys and their values; posting to it sets one."""
    form = GrainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        grain.put(data["key"], data["value"], tenant=data["tenant"], by=request.user)
        messages.success(request, f"{data['key']} is set for {data['tenant'] or 'the platform'}.")
        return redirect("tenants:grain")
    return render(request, "tenants/grain.html", {"form": form, "rows": _rows()}, status=422 if form.errors else 200)


@require_POST
@staff_required
def removal(request: MemberRequest, grain_id: uuid.UUID) -> HttpResponse:
    """Forget one value."""
    row = get_object_or_404(Grain.objects.select_related("tenant"), pk=grain_id)
    if not grain.remove(row.key, tenant=row.tenant):
        raise Http404
    messages.success(request, f"{row.key} is removed for {row.tenant or 'the platform'}.")
    return redirect("tenants:grain")


def _rows() -> list[Row]:
    rows = {key.name: Row(name=key.name, known=key) for key in grain.KEYS.values()}
    for value in Grain.objects.select_related("tenant", "changed_by").order_by("key", "tenant__name", "id"):
        row = rows.setdefault(value.key, Row(name=value.key, known=None))
        if value.tenant is None:
            row.platform = value
        else:
            row.overrides.append(value)
    return [rows[name] for name in sorted(rows)]
