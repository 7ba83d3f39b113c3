"""A form's fields as the pages show them: label above, help below, what is wrong in words."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def _control(bound: BoundField, look: str, attrs: dict[str, Any]) -> SafeString:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput) and look == "switch":
        attrs["class"] = "switch"
    elif not isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        attrs["class"] = f"input {'mono' if look == 'mono' else ''} {widget.attrs.get('class', '')}".strip()
    shown = bound.as_widget(attrs={key: value for key, value in attrs.items() if value is not None})
    return shown + bound.as_hidden(only_initial=True) if bound.field.show_hidden_initial else shown


def _kind(bound: BoundField, look: str) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, RadioSelect):
        return "segmented" if look == "seg" else "choices"
    if isinstance(widget, CheckboxInput):
        return "switch" if look == "switch" else "check"
    return "text"


def field(
    bound: BoundField,
    label: str = "",
    *,
    help: str = "",  # noqa: A002 - the word a template's author looks for
    look: str = "",
    mono: bool = False,
    aside_url: str = "",
    aside_text: str = "",
    **attrs: Any,
) -> SafeString:
    """A form's field, whole: label, control, help, and what is wrong with it. Other words become attributes."""
    kind = _kind(bound, look)
    about = " ".join(
        f"{bound.auto_id}_{part}"
        for part, there in (("help", help or bound.help_text), ("error", bound.errors))
        if there
    )
    attrs |= {"aria-describedby": about or None, "aria-invalid": "true" if bound.errors else None}
    control = "" if kind in ("choices", "segmented") else _control(bound, "mono" if mono else look, attrs)
    return render_to_string(
        f"parts/field_{kind}.html",
        {
            "bound": bound,
            "control": control,
            "label": label or bound.label,
            "help": help or bound.help_text,
            "aside_url": aside_url,
            "aside_text": aside_text,
            "optional": kind == "text" and not bound.field.required and not bound.field.disabled,
        },
    )


def form_errors(form: Form) -> SafeString:
    """What is wrong with a form as a whole."""
    return render_to_string("parts/form_errors.html", {"errors": form.non_field_errors()})
