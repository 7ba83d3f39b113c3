"""How the API reads bodies: JSON, nested no deeper than anything we ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32
TOO_DEEP = f"The body is nested more than {MAX_DEPTH} levels deep."
NO_TEXT = "The body holds a lone surrogate, which is no character."


class ShallowJSONParser(JSONParser):
    """JSON whose depth can't exhaust the stack, neither here nor where it is stored or written out again."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(TOO_DEEP) from None
        level = [data]
        for _ in range(MAX_DEPTH):
            if not all(map(_is_whole, level)):
                raise ParseError(NO_TEXT)
            level = [inner for value in level for inner in _inside(value)]
            if not level:
                return data
        raise ParseError(TOO_DEEP)


def _is_whole(value: Any) -> bool:
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
