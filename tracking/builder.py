"""The Guided Snippet Builder: who sees it, and what can be chosen in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django import forms

from tenants import grain
from tenants.models import Tenant, User
from tracking.models import EventType
from tracking.presets import EVENT_NAME, PRESETS
from tracking.snippets import Choice

GRAIN = "widget_tracking_snippet_builder_enabled"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_RESERVED = ("ga_", "google_", "firebase_", "gtag.")  # GA4 drops events that begin so


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the builder is open to the tenant, and whether this person sees it: platform admins always do."""

    is_open: bool
    is_visible: bool


def gate(tenant: Tenant, user: User) -> Gate:
    """Ask Grain; a key that nobody set, or that was removed, means open."""
    is_open = grain.is_on(GRAIN, tenant)
    return Gate(is_open, is_open or user.is_staff)


class BuilderForm(forms.Form):
    """Four choices; left alone they make the shortest snippet."""

    preset = forms.MultipleChoiceField(
        choices=[(preset.key, preset.label) for preset in PRESETS.values()],
        error_messages={"required": "Choose at least one place."},
    )
    outcome = forms.MultipleChoiceField(
        choices=EventType.choices, error_messages={"required": "Choose at least one outcome."}
    )
    consent = forms.BooleanField(required=False)
    name = forms.CharField(required=False, max_length=40)

    def clean_name(self) -> str:
        """An event name that every place takes; GA4 is the strictest."""
        name: str = self.cleaned_data["name"].strip()
        if not name:
            return EVENT_NAME
        if not _NAME.fullmatch(name):
            raise forms.ValidationError("Begin with a letter; then letters, digits and underscores, at most 40.")
        if name.lower().startswith(_RESERVED):
            raise forms.ValidationError("Google keeps names that begin with ga_, google_ and firebase_ for itself.")
        return name

    def choice(self) -> Choice:
        """What the snippet shall do, once the form is valid."""
        wanted = self.cleaned_data["outcome"]
        return Choice(
            presets=tuple(key for key in PRESETS if key in self.cleaned_data["preset"]),
            outcomes=() if len(wanted) == len(EventType) else tuple(key for key in EventType.values if key in wanted),
            consent=self.cleaned_data["consent"],
            event_name=self.cleaned_data["name"],
        )


def beginning() -> BuilderForm:
    """The form as it is first shown."""
    return BuilderForm({"preset": ["ga4"], "outcome": EventType.values, "consent": "on", "name": ""})
