"""What people send to the inbox, checked: the pages and the API share these rules and their words."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from conversations.inbox import Filters
from conversations.models import Conversation

MAX_REPLY = 10_000  # characters
MAX_CLIENT_ID = 128  # as long as the column
MAX_LIMIT = 200  # rows an API call may ask for
YEARS = range(2000, 2200)  # outside of them a date is a slip


def clean_reply(text: str) -> str:
    """The text of a reply, trimmed; whoever types it is told what is wrong with it."""
    text = text.strip()
    if not text:
        raise ValidationError("Write something first.", code="required")
    if len(text) > MAX_REPLY:
        raise ValidationError(
            f"A reply can have at most {MAX_REPLY:,} characters; this one has {len(text):,}.", code="max_length"
        )
    return text


class ReplyForm(forms.Form):
    """A person's reply. `client_id` is the sender's own id for it, so that a retry stores nothing twice."""

    message = forms.CharField(strip=False, required=False)
    client_id = forms.CharField(max_length=MAX_CLIENT_ID, required=False)

    def clean_message(self) -> str:
        return clean_reply(self.cleaned_data["message"].replace("\r\n", "\n"))


class MomentField(forms.Field):
    """A date, or a date with a time as ISO 8601. A bare date means its first moment, with `ends` the day after it."""

    def __init__(self, *, ends: bool = False, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date", "class": "input"}), **options)
        self.ends = ends

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        moment = _parse(str(value), self.ends)
        if moment is None or moment.year not in YEARS:
            raise ValidationError(
                "Give a date such as 2026-04-30, or a time such as 2026-04-30T12:00:00Z.", code="invalid"
            )
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _parse(text: str, ends: bool) -> datetime | None:
    try:
        if day := parse_date(text):
            return datetime.combine(day + timedelta(days=ends), time.min)
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment and timezone.is_aware(moment) else moment
    except (ValueError, OverflowError):  # a date that no calendar has
        return None


class FilterForm(forms.Form):
    """The filters of the inbox, of the API and of the export; all optional."""

    channel = forms.ChoiceField(choices=[("", "Any channel"), *Conversation.Channel.choices], required=False)
    status = forms.ChoiceField(choices=[("", "Any status"), *Conversation.Status.choices], required=False)
    qualified = forms.ChoiceField(
        choices=[("", "Qualified or not"), ("true", "Qualified"), ("false", "Not qualified")],
        widget=forms.Select(attrs={"class": "input"}),
        required=False,
    )
    assigned_to = forms.CharField(required=False, max_length=36)
    q = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = MomentField(required=False, label="Started from")  # a keyword can't be an attribute
        self.fields["to"] = MomentField(required=False, ends=True, label="to")

    def clean_assigned_to(self) -> uuid.UUID | str:
        person: str = self.cleaned_data["assigned_to"]
        if person in ("", "me", "none"):
            return person
        try:
            return uuid.UUID(person)
        except ValueError:
            raise ValidationError("Use a person's id, “me” or “none”.", code="invalid") from None

    def filters(self, *, status: str = "") -> Filters:
        """What was asked for, leaving out what makes no sense; `status` stands in where none was named."""
        self.is_valid()
        said = self.cleaned_data
        return Filters(
            channel=said.get("channel", ""),
            status=said.get("status") or status,
            qualified={"true": True, "false": False}.get(said.get("qualified", "")),
            assigned_to=said.get("assigned_to", ""),
            since=said.get("from"),
            until=said.get("to"),
            words=said.get("q", ""),
        )


class PageForm(forms.Form):
    """Which part of a long list an API call asks for."""

    limit = forms.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    offset = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    def part(self, *, limit: int = 50) -> slice:
        """The rows asked for; of a checked form."""
        start = self.cleaned_data["offset"] or 0
        return slice(start, start + (self.cleaned_data["limit"] or limit))
