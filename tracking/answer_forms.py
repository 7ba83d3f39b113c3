"""What people write down about a visitor: one input for each of the tenant's fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from tracking import qualifying
from tracking.models import Answers, Qualification, Source
from tracking.qualification.definition import Field
from tracking.qualifying import own_fields

_WORDS = {True: "Yes", False: "No"}
BY_ASSISTANT = "Found out by the assistant."
BY_PEOPLE = "Written down by a person: the assistant leaves it as it is."


def shown(asked: Qualification, known: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and answer of each field; an empty answer is not known."""
    return [(field.label, in_words(known.get(field.key))) for field in own_fields(asked)]


def in_words(value: Any) -> str:
    """An answer as people read it."""
    if value is None:
        return ""
    return _WORDS[value] if isinstance(value, bool) else str(value)


class AnswersForm(forms.Form):
    """The answers of one conversation's visitor."""

    def __init__(self, data: QueryDict | None, *, asked: Qualification, known: Answers) -> None:
        super().__init__(data)
        self.asked = own_fields(asked)
        for field in self.asked:
            written = self.fields[field.key] = _input(field)
            written.show_hidden_initial = True  # what the assistant finds out meanwhile is no change of this form
            self.initial[field.key] = in_words(known.values.get(field.key))
            if said_by := known.sources.get(field.key):
                written.help_text = BY_ASSISTANT if said_by == Source.ASSISTANT else BY_PEOPLE

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for field in self.asked:
            written = cleaned.get(field.key)
            if written and qualifying.clean(field, written) is None:
                self.add_error(field.key, "Write a number." if field.type == "number" else "This can’t be an answer.")
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What differs from before; an emptied answer is forgotten."""
        return {key: self.cleaned_data[key] or None for key in self.changed_data}


def _input(field: Field) -> forms.Field:
    empty = [("", "Not known")]
    if field.type == "choice":
        choices = [(choice, choice) for choice in field.choices]
        return forms.ChoiceField(label=field.label, required=False, choices=empty + choices)
    if field.type == "yes_no":
        return forms.ChoiceField(label=field.label, required=False, choices=[*empty, ("Yes", "Yes"), ("No", "No")])
    widget = forms.DateInput(attrs={"type": "date"}) if field.type == "date" else forms.TextInput()
    if field.type == "number":
        widget.attrs["inputmode"] = "decimal"
    return forms.CharField(label=field.label, required=False, max_length=500, widget=widget)
