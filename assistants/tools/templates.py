"""Where a tool's call goes: its address with a model's arguments filled in, and what is left of them. Pure.

Arguments fill whole parts of the path and values of the query. They can't choose the host, leave their place in the
path or leave it empty, whatever they hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
NAME: Final = re.compile(r"\A[A-Za-z_][A-Za-z0-9_]*\Z")
VALUE_CHARS: Final = 500


class CannotFill(Exception):
    """An argument can't stand where the address has it; the message tells the model why."""


@dataclass(frozen=True, slots=True)
class Filled:
    """An address, and the JSON that goes with it; None where everything is in the address."""

    url: str
    body: dict[str, Any] | None


def placeholders(template: str) -> list[str]:
    """The names in braces, in order, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(template)))


def wrong_with(template: str, schema: dict[str, Any]) -> str:
    """What is wrong with a template for a tool with these arguments, in one sentence; empty when nothing is."""
    try:
        parts = urlsplit(template)
    except ValueError:
        return "This is not a web address."
    if "{" in f"{parts.scheme}{parts.netloc}" or "}" in f"{parts.scheme}{parts.netloc}":
        return "Arguments can stand in the path and the query only, never in the host."
    if parts.fragment or template.endswith("#"):
        return "Leave out “#” and what follows it: it is never sent."
    required, known = schema.get("required", []), schema.get("properties", {})
    for name in placeholders(template):
        if not NAME.match(name) or name not in known:
            return f"“{{{name}}}” is not an argument of the schema. Add it to “properties”."
        if name not in required:
            return f"“{{{name}}}” may be left out. Add it to “required”, for the address needs it."
    return "" if not re.search(r"[{}]", PLACEHOLDER.sub("", template)) else "A brace has no partner."


def fill(template: str, arguments: dict[str, Any], *, in_body: bool) -> Filled:
    """The address for these arguments; what it doesn't name goes into its query, or a body. Raises CannotFill."""
    path, mark, query = template.partition("?")
    named = set(placeholders(template))
    rest = {name: value for name, value in arguments.items() if name not in named}
    url = PLACEHOLDER.sub(lambda found: _in_path(found[1], arguments), path)
    if mark:
        url += "?" + PLACEHOLDER.sub(lambda found: quote(_text(found[1], arguments), safe=""), query)
    if in_body:
        return Filled(url, rest)
    if not rest:
        return Filled(url, None)
    more = urlencode({name: _text(name, rest) for name in rest}, quote_via=quote, safe="")
    return Filled(f"{url}{'&' if mark else '?'}{more}", None)


def _in_path(name: str, arguments: dict[str, Any]) -> str:
    text = _text(name, arguments)
    if text.strip(". \t") == "":  # nothing, or dots that would lead to another part of the path
        raise CannotFill(f"{name}: is empty or only dots.")
    return quote(text, safe="")


def _text(name: str, arguments: dict[str, Any]) -> str:
    value = arguments.get(name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise CannotFill(f"{name}: must be a text, a number, true or false, for it is part of the address.")
    if len(value) > VALUE_CHARS:
        raise CannotFill(f"{name}: is too long. At most {VALUE_CHARS} characters are possible.")
    return value.encode("utf-8", "replace").decode()
