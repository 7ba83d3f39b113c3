"""What the pages about webhooks take in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tracking.deliveries import FAILING
from tracking.models import Delivery, WebhookEndpoint
from tracking.models.webhook import TEST_EVENT
from tracking.webhooks import EVENTS, check_address

_STATES = [("", "Any state"), *Delivery.State.choices]
_STATES.insert(2, (FAILING, "Failing, tried again"))
_NOTHING = uuid.UUID(int=0)
_MEANWHILE = (
    "This endpoint was saved meanwhile, by somebody else or in another window. What you typed is below; save again to "
    "put it in the place of that."
)


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
        choices=[(name, format_html("{} <code>{}</code>", label, name)) for name, label in EVENTS],
        help_text="Those that begin with autochat are outcomes of chats in the widget: once a conversation, without "
        "personal data. The last three tell of every conversation, with names, e-mail addresses and texts.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )

    def clean_url(self) -> str:
        """In the one spelling that is called."""
        return check_address(self.cleaned_data["url"])

    @property
    def seen(self) -> SafeString:
        """What the page was made of, to be sent back unseen with what is typed."""
        return mark_safe("".join(bound.as_hidden(only_initial=True) for bound in self))  # noqa: S308  (Django's own)

    def instead_of(self) -> dict[str, Any] | None:
        """What the endpoint was when the page was made; None where the page says nothing of it."""
        if not isinstance(self.data, QueryDict) or "initial-url" not in self.data:
            return None
        seen = {name: self.data.get(f"initial-{name}", "") for name in ("url", "description")}
        return {**seen, "events": self.data.getlist("initial-events")}

    def tell_changed(self, now: WebhookEndpoint) -> None:
        """Say what somebody else has changed; what is typed stays, and is saved in its place the next time."""
        seen = self.instead_of() or {}
        self.add_error(None, [_MEANWHILE, *_differences(seen, now)])
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name in ("url", "description", "events"):
            value = getattr(now, name)
            data.setlist(f"initial-{name}", value if name == "events" else [value])
        self.data = data


def of(endpoint: WebhookEndpoint) -> EndpointForm:
    """The form of what is stored."""
    return EndpointForm(initial={name: getattr(endpoint, name) for name in ("url", "description", "events")})


def _differences(seen: Mapping[str, Any], now: WebhookEndpoint) -> Iterator[str]:
    """What is stored and wasn't seen, a sentence each."""
    if seen["url"] != now.url:
        yield f"The address is {now.url} now."
    if seen["description"] != now.description:
        yield f"The description is “{now.description}” now." if now.description else "The description is empty now."
    for words, these, those in (("Now", now.events, seen["events"]), ("No longer", seen["events"], now.events)):
        if labels := [label for name, label in EVENTS if name in these and name not in those]:
            yield f"{words} chosen: {', '.join(labels)}."


class ReplayForm(forms.Form):
    """From when on to send everything again, in the company's time zone."""

    since = forms.DateTimeField(
        label="Everything since", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class LogForm(forms.Form):
    """Which part of the delivery log to show. What can't be read is as if it weren't there, but for an id."""

    endpoint_id = forms.TypedChoiceField(label="Endpoint", required=False)
    event_type = forms.ChoiceField(
        label="Event", required=False, choices=[("", "All events"), *EVENTS, (TEST_EVENT, "Test")]
    )
    state = forms.ChoiceField(label="State", required=False, choices=_STATES)
    since = forms.DateTimeField(label="Since", required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))
    about = forms.CharField(
        label="Id",
        required=False,
        widget=forms.TextInput({"placeholder": "webhook-id or conversation", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, endpoints: Sequence[WebhookEndpoint], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [("", "All endpoints"), *((str(endpoint.pk), endpoint.name) for endpoint in endpoints)]
        self.fields["endpoint_id"].choices = named  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs |= {"class": "input", "data-submit-on-change": ""}

    def clean_about(self) -> uuid.UUID | None:
        """The id; of what is none, one that nothing has."""
        typed = self.cleaned_data["about"].strip()
        try:
            return uuid.UUID(typed) if typed else None
        except ValueError:
            return _NOTHING

    def asked(self) -> dict[str, Any]:
        """What was asked for and could be read."""
        self.is_valid()
        return dict(getattr(self, "cleaned_data", {}))
