"""How the API reads bodies: JSON, nested no deeper than anything we ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32
TOO_DEEP = f"The body is nested more than {MAX_DEPTH} levels deep."
NO_TEXT = "This holds a lone surrogate, which is no character."


class ShallowJSONParser(JSONParser):
    """JSON whose depth can't exhaust the stack, neither here nor where it is stored or written out again."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data: Any = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(TOO_DEEP) from None
        if not _is_whole(data):
            broken = [name for name, value in data.items() if not _is_whole(value)] if isinstance(data, dict) else []
            raise ValidationError({name: [NO_TEXT] for name in broken if _is_text(name)} or NO_TEXT)
        return data


def _is_whole(data: Any) -> bool:
    """Whether everything in it is text that can be written out again. Raises ParseError where it is too deep."""
    level = [data]
    for _ in range(MAX_DEPTH):
        if not all(map(_is_text, level)):
            return False
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return True
    raise ParseError(TOO_DEEP)


def _is_text(value: Any) -> bool:
    """False for text that can't be written out again, neither to the database nor in an answer."""
    if not isinstance(value, str) or value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
