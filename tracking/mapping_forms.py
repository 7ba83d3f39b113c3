"""The mappings as a page edits them: a row for each outcome, saved together; only what was changed on this page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import transaction
from django.http import QueryDict

from tenants.models import Tenant
from tracking import mappings, schema
from tracking.models import EventType, OutcomeMapping

if TYPE_CHECKING:  # at run time a model form takes no parameter
    _Form = forms.ModelForm[OutcomeMapping]
else:
    _Form = forms.ModelForm

_COMMA = re.compile(r"\d+,\d{1,2}")


class AmountField(forms.DecimalField):
    """An amount, also as people write it who put a comma before the cents."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and _COMMA.fullmatch(value.strip()):
            value = value.replace(",", ".")
        return super().to_python(value)


class MappingForm(_Form):
    """One outcome's row."""

    conversion_value = AmountField(
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "none", "size": 8}),
        error_messages={"invalid": "Write the value as in 85.50."},
    )
    include_fields = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = OutcomeMapping
        fields = ("enabled", "emit_browser", "emit_webhook", "conversion_value", "currency", "include_fields")
        widgets: ClassVar[dict[str, Any]] = {
            "currency": forms.TextInput(attrs={"placeholder": "EUR", "size": 4, "maxlength": 3}),
        }

    def __init__(self, data: QueryDict | None, mapping: OutcomeMapping) -> None:
        place = EventType.values.index(mapping.event_type)
        super().__init__(data, instance=mapping, prefix=f"m{place}")
        self.label = EventType(mapping.event_type).label
        told = schema.fields_of(mapping.event_type)
        chosen = self.fields["include_fields"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(name, field["title"]) for name, field in told.items()]
        self.initial["include_fields"] = list(mappings.told_fields(mapping))
        heads = {"enabled": "on", "emit_browser": "to the page", "emit_webhook": "to webhooks"}
        heads |= {"conversion_value": "value", "currency": "currency"}
        for field in self.fields.values():
            field.show_hidden_initial = True  # what another admin changed meanwhile is no change of this form
        for name, words in heads.items():
            attrs = self.fields[name].widget.attrs
            attrs["aria-label"] = f"{self.label}: {words}"
            attrs["class"] = "switch" if isinstance(self.fields[name], forms.BooleanField) else "input"
            if self.is_bound and name in self.errors:
                attrs |= {"aria-invalid": "true", "aria-describedby": f"{self.prefix}-problems"}

    @property
    def first_fields(self) -> str:
        """The fields that were told when the page was made; their boxes are drawn one by one and don’t bring it."""
        return self["include_fields"].as_hidden(only_initial=True)

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].strip().upper()
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise forms.ValidationError("Write the currency in three letters, as in EUR.")
        return currency

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_value = cleaned.get("conversion_value") is not None
        if has_value and not cleaned.get("currency") and "currency" not in self.errors:
            self.add_error("currency", "Say which currency the value is in, as in EUR.")
        return cleaned


def rows(tenant: Tenant, data: QueryDict | None = None) -> list[MappingForm]:
    """A form for each outcome there is."""
    return [MappingForm(data, mapping) for mapping in mappings.all_of(tenant)]


@transaction.atomic
def save(forms_: list[MappingForm]) -> bool:
    """Save those that were changed; none where one of them makes no sense."""
    wrong = [form for form in forms_ if not form.is_valid()]  # all of them, so that each says what is wrong
    if wrong:
        return False
    for form in forms_:
        if form.has_changed():
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            mappings.save(form.instance.tenant_id, form.instance.event_type, changes)
    return True


def context(tenant: Tenant) -> dict[str, Any]:
    """The section's part of the Tracking tab."""
    return {"mapping_rows": rows(tenant)}
