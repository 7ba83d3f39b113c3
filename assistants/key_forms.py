"""What the pages about keys and the AI budget take in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from assistants.addresses import check_base_url
from assistants.models.budget import MICROS


class SecretField(forms.RegexField):
    """A key as it is pasted; never rendered back."""

    def __init__(self, **options: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        super().__init__(
            r"\A[!-~]+\Z",
            max_length=500,
            strip=True,
            widget=forms.PasswordInput(attrs=attrs),
            error_messages={"invalid": "A key has no spaces and only plain letters, digits and signs. Paste it again."},
            **options,
        )


class TestedForm(forms.Form):
    """A form whose key is tried before it is stored."""

    model = forms.CharField(
        label="Model to test with",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Empty means one that the server offers.",
    )


class KeyForm(TestedForm):
    """A key that is new here."""

    label = forms.CharField(
        label="Name", max_length=80, help_text="How your team tells it apart, such as “Company account”."
    )
    base_url = forms.CharField(
        label="Address",
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://…/v1"}),
        help_text="Of a service that speaks OpenAI’s protocol. Empty means OpenAI itself. The key goes nowhere else.",
    )
    key = SecretField(label="Key", help_text="Stored encrypted and never shown again.")

    field_order = ("label", "base_url", "key", "model")

    def clean_base_url(self) -> str:
        return check_base_url(self.cleaned_data["base_url"])


class RotateForm(TestedForm):
    """Another key in the place of a stored one."""

    key = SecretField(
        label="New key", help_text="Tested first. The assistants go on with the old one until it has passed."
    )

    field_order = ("key", "model")


class LabelForm(forms.Form):
    """Another name for a key, and what else it is used for."""

    label = forms.CharField(label="Name", max_length=80)
    embedding_model = forms.CharField(
        label="Model that finds passages by meaning",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Its vectors find knowledge that says the same in other words. Empty means the platform’s choice; "
        "where the service has none, words are enough.",
    )


class BudgetForm(forms.Form):
    """What a month may cost; what is empty has no limit."""

    dollars = forms.DecimalField(
        label="US dollars a month",
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1_000_000),
        decimal_places=2,
        help_text="By the prices below. Empty means no limit.",
    )
    tokens = forms.IntegerField(
        label="Tokens a month",
        required=False,
        min_value=0,
        max_value=10**13,
        help_text="Read and written together. Empty means no limit.",
    )

    @property
    def limits(self) -> dict[str, int | None]:
        """The limits as they are stored."""
        dollars = self.cleaned_data["dollars"]
        return {"micros": None if dollars is None else int(dollars * MICROS), "tokens": self.cleaned_data["tokens"]}
