"""Form fields drawn quickly: an `<input>` is one line, for which Django opens two or three templates."""

from __future__ import annotations

from html import escape  # Django's own passes everything through a check for lazy words first
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString

_FOLDER = "django/forms/widgets/"
_INPUTS = {
    f"{_FOLDER}{kind}.html"
    for kind in ("checkbox", "color", "date", "email", "hidden", "input", "number", "password", "search", "tel", "text")
}
_HIDDEN = f"{_FOLDER}multiple_hidden.html"
_OPTIONS = {f"{_FOLDER}{kind}_option.html" for kind in ("checkbox", "radio")}


class QuickInputs(DjangoTemplates):
    """Django's renderer, to the letter, but for what is `<input>` and no more."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        widget = context.get("widget", {})
        if template_name in _INPUTS or (template_name in _OPTIONS and not widget.get("wrap_label")):
            return _input(widget)
        if template_name == _HIDDEN:
            return SafeString("".join(_input(one) for one in widget["subwidgets"]))
        return SafeString(super().render(template_name, context, request))


def _input(widget: dict[str, Any]) -> SafeString:
    parts = [_attribute("type", widget["type"]), _attribute("name", widget["name"])]
    if widget["value"] is not None:
        parts.append(_attribute("value", widget["value"]))
    parts += [_attribute(name, value) for name, value in widget["attrs"].items() if value is not False]
    return SafeString(f"<input{''.join(parts)}>")


def _attribute(name: str, value: Any) -> str:
    if value is True:
        return f" {escape(name)}"
    text = value if isinstance(value, SafeString) else escape(str(value))
    return f' {escape(name)}="{text}"'
