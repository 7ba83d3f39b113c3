"""What is asked of the audit log."""

from __future__ import annotations

from typing import Any

from django import forms

from tenants.audit.searching import STAFF, SYSTEM, Asked, people, programs
from tenants.models import Subject, Tenant

_SUBMITS = {"class": "input", "data-submit-on-change": ""}
_DAY = {"type": "date", **_SUBMITS}


class FilterForm(forms.Form):
    """Which entries to show. What can't be read is as if it weren't there."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": "Name, act, address, request id", **_SUBMITS}),
    )
    person = forms.ChoiceField(label="Person", required=False, widget=forms.Select(_SUBMITS))
    kind = forms.ChoiceField(
        label="About", required=False, choices=[("", "Everything"), *Subject.choices], widget=forms.Select(_SUBMITS)
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(_DAY, format="%Y-%m-%d"))

    def __init__(self, data: Any, *, tenant: Tenant) -> None:
        super().__init__(data)
        others = [(STAFF.value, "Platform staff"), (SYSTEM.value, "autochat itself")]
        choices = [("", "Anybody"), *people(tenant), *programs(tenant), *others]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What was asked for and could be read."""
        self.is_valid()
        return Asked(**getattr(self, "cleaned_data", {}))
