"""What the page about safety takes in."""

from __future__ import annotations

from typing import Any

from django import forms

from assistants import policies
from assistants.models.safety import (
    HOLDING_LONGEST,
    HOLDING_MINUTES_MOST,
    KEYWORD_LONGEST,
    KEYWORDS_MOST,
    Holding,
    SafetyPolicy,
)
from assistants.safety.policy import LABELS, Level

HELP = {
    Level.BLOCKED: "No reply with one of these is sent. The visitor gets your fallback text, your team is told.",
    Level.SERIOUS_HIGH: (
        "When a visitor says one of these, no assistant answers: your team takes over at once. A reply that holds one "
        "waits for review."
    ),
    Level.SERIOUS_MEDIUM: "The same, after a second look by the model. Where there is no model it counts as certain.",
    Level.ESCALATION: "How visitors ask for a person. Your team takes over, and the visitor is told so.",
}


class KeywordsField(forms.CharField):
    """Keywords, one a line."""

    def __init__(self, **options: Any) -> None:
        longest = KEYWORDS_MOST * (KEYWORD_LONGEST + 2)
        attrs = {"rows": 5, "spellcheck": "false", "placeholder": "One word or phrase a line"}
        super().__init__(required=False, max_length=longest, widget=forms.Textarea(attrs=attrs), **options)

    def clean(self, value: Any) -> list[str]:
        """The lines as they are stored; says which one is too long."""
        keywords = policies.tidy(super().clean(value).splitlines())
        if len(keywords) > KEYWORDS_MOST:
            raise forms.ValidationError(f"These are {len(keywords)} keywords. A list holds at most {KEYWORDS_MOST}.")
        for keyword in keywords:
            if len(keyword) > KEYWORD_LONGEST:
                raise forms.ValidationError(f"“{keyword[:40]}…” is longer than {KEYWORD_LONGEST} characters.")
        return keywords


class HoldingForm(forms.Form):
    """What visitors read while a reply is held."""

    minutes = forms.IntegerField(
        label="After minutes",
        required=False,
        min_value=1,
        max_value=HOLDING_MINUTES_MOST,
        help_text="Empty means that they are told nothing.",
    )
    text = forms.CharField(
        label="They read",
        required=False,
        max_length=HOLDING_LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": "A colleague is checking this. You get an answer here."}
        ),
    )

    def __init__(self, data: Any = None, *, row: Holding | None) -> None:
        super().__init__(data, initial={"minutes": row.minutes, "text": row.text} if row else {})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("minutes") and not data.get("text") and "text" not in self.errors:
            self.add_error("text", "Write what visitors read.")
        return data


class SafetyForm(forms.Form):
    """The tenant's own lists."""

    def __init__(self, data: Any = None, *, row: SafetyPolicy) -> None:
        initial = {field: "\n".join(getattr(row, field)) for field in policies.FIELDS.values()}
        super().__init__(data, initial=initial)
        for level, field in policies.FIELDS.items():
            self.fields[field] = KeywordsField(label=LABELS[level], help_text=HELP[level])
