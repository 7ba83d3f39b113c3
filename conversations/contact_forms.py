"""What people write down about contacts, checked: the pages and the API share these rules and their words."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from conversations.contact_list import Filters
from conversations.models import Contact
from conversations.models.contact import DETAILS

DIGITS: Final = range(5, 21)
NO_EMAIL: Final = "Write an e-mail address such as ada@example.com."
NOBODY: Final = "Write down a name, an e-mail address, a phone number or a company."
_MEANWHILE: Final = (
    "This contact was changed meanwhile, by somebody else or in another window. What you typed is below; save again to "
    "put it in the place of that."
)
LABELS: Final = {"name": "Name", "email": "E-mail", "phone": "Phone", "company": "Company"}


def one_line(text: str) -> str:
    """Without white space around it, and single inside."""
    return " ".join(text.split())


def clean_email(text: str) -> str:
    """As it is kept: whatever its case, it is the same address."""
    return text.strip().lower()


def clean_phone(text: str) -> str:
    """A telephone number, however it is written."""
    text = one_line(text)
    if text and sum(letter.isdigit() for letter in text) not in DIGITS:
        raise ValidationError(f"A phone number has {DIGITS[0]} to {DIGITS[-1]} digits.", code="invalid")
    return text


class ContactForm(forms.Form):
    """Who somebody is. Only what is changed here is saved: what visitors say meanwhile is no change of this form."""

    name = forms.CharField(label=LABELS["name"], max_length=200, required=False)
    email = forms.EmailField(
        label=LABELS["email"], max_length=254, required=False, error_messages={"invalid": NO_EMAIL}
    )
    phone = forms.CharField(
        label=LABELS["phone"], max_length=40, required=False, widget=forms.TextInput({"type": "tel"})
    )
    company = forms.CharField(label=LABELS["company"], max_length=200, required=False)
    taken_by: Contact | None = None

    def __init__(self, data: QueryDict | None = None, *, contact: Contact | None = None) -> None:
        super().__init__(data, initial={name: getattr(contact, name) for name in DETAILS} if contact else None)
        for name, field in self.fields.items():
            field.show_hidden_initial = contact is not None
            field.widget.attrs |= {"dir": "auto", "autocomplete": "off"} if name != "email" else {"autocomplete": "off"}

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"])

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_company(self) -> str:
        return one_line(self.cleaned_data["company"])

    def changes(self) -> dict[str, str]:
        """What differs from what the page showed."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def instead_of(self) -> dict[str, str]:
        """What the page showed of that."""
        return {name: self.data.get(f"initial-{name}", "") for name in self.changed_data}

    def tell_taken(self, by: Contact) -> None:
        """Say whose the address is."""
        self.taken_by = by
        self.add_error("email", f"{by} has this address already.")

    def tell_changed(self, now: Contact) -> None:
        """Say what somebody else has changed; what is typed stays, and is saved in its place the next time."""
        changed = [name for name, was in self.instead_of().items() if getattr(now, name) != was]
        said = [_difference(LABELS[name], getattr(now, name)) for name in changed]
        self.add_error(None, [_MEANWHILE, *said])
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name in DETAILS:
            data[f"initial-{name}"] = getattr(now, name)
            if name not in self.changed_data:
                data[name] = getattr(now, name)
        self.data = data


def _difference(label: str, value: str) -> str:
    return f"{label} is “{value}” now." if value else f"{label} is empty now."


class MergeForm(forms.Form):
    """Which of two contacts a detail is taken from. The page shows both; what it showed comes back unseen."""

    def __init__(self, data: QueryDict | None, *, kept: Contact, other: Contact) -> None:
        super().__init__(data)
        self.contacts = (kept, other)
        for name in DETAILS:
            mine, theirs = getattr(kept, name), getattr(other, name)
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name],
                choices=[("kept", mine), ("other", theirs)],
                initial="kept" if mine or not theirs else "other",
                error_messages={"required": "Choose one.", "invalid_choice": "Choose one of the two."},
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A detail each: what both say of it, and which of them is chosen; nothing to choose where they agree."""
        kept, other = self.contacts
        return [
            {
                "name": bound.name,
                "label": bound.label,
                "chosen": bound.value(),
                "sides": [("kept", getattr(kept, bound.name)), ("other", getattr(other, bound.name))],
                "is_same": getattr(kept, bound.name) == getattr(other, bound.name),
                "errors": bound.errors,
            }
            for bound in self
        ]

    @property
    def seen(self) -> list[tuple[str, str]]:
        """What both are, to be sent back."""
        sides = zip(("kept", "other"), self.contacts, strict=True)
        return [(f"seen-{side}-{name}", getattr(contact, name)) for side, contact in sides for name in DETAILS]

    def taken(self) -> list[str]:
        """What is taken from the other one."""
        return [name for name in DETAILS if self.cleaned_data[name] == "other"]

    def instead_of(self) -> list[Mapping[str, str]]:
        """What both were when the page was made; nothing where it doesn't say."""
        if f"seen-kept-{DETAILS[0]}" not in self.data:
            return []
        return [{name: self.data.get(f"seen-{side}-{name}", "") for name in DETAILS} for side in ("kept", "other")]


class ListForm(forms.Form):
    """Which contacts to show, and in which order. What can't be read is as if it weren't there."""

    q = forms.CharField(required=False, max_length=200)
    only = forms.ChoiceField(
        label="Who",
        choices=[("", "Everybody"), ("qualified", "Leads"), ("email", "With e-mail")],
        required=False,
        widget=forms.Select({"class": "input", "data-submit-on-change": ""}),
    )
    order = forms.ChoiceField(
        label="Order",
        choices=[("", "Last seen first"), ("newest", "Newest first")],
        required=False,
        widget=forms.Select({"class": "input", "data-submit-on-change": ""}),
    )

    def filters(self) -> Filters:
        """What was asked for and could be read."""
        self.is_valid()
        said = self.cleaned_data
        return Filters(words=one_line(said.get("q", "")), only=said.get("only", ""), order=said.get("order", ""))


def read_id(text: str) -> uuid.UUID | None:
    """A contact's id out of an address; None for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
