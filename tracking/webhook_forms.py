"""What the pages about webhooks take in."""

from __future__ import annotations

from typing import Any

from django import forms

from tracking.models import Delivery
from tracking.webhooks import EVENTS, check_address


class EndpointForm(forms.Form):
    """Where to tell, and of what."""

    url = forms.CharField(
        label="Address",
        max_length=2048,
        help_text="An address of your own server that starts with https://.",
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
    )
    description = forms.CharField(max_length=200, required=False, help_text="What your team calls it.")
    events = forms.MultipleChoiceField(
        choices=EVENTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )

    def clean_url(self) -> str:
        """In the one spelling that is called."""
        return check_address(self.cleaned_data["url"])


class ReplayForm(forms.Form):
    """From when on to send everything again, in the company's time zone."""

    since = forms.DateTimeField(
        label="Everything since", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class LogForm(forms.Form):
    """Which part of the delivery log to show. What can't be read is as if it weren't there."""

    endpoint_id = forms.TypedChoiceField(label="Endpoint", required=False)
    event_type = forms.ChoiceField(label="Event", required=False, choices=[("", "All events"), *EVENTS])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *Delivery.State.choices])
    since = forms.DateTimeField(label="Since", required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))

    def __init__(self, *args: Any, endpoints: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["endpoint_id"].choices = [("", "All endpoints"), *endpoints]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs |= {"class": "input", "data-submit-on-change": ""}

    def asked(self) -> dict[str, Any]:
        """What was asked for and could be read."""
        self.is_valid()
        return dict(getattr(self, "cleaned_data", {}))
