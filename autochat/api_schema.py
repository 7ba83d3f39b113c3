"""What the API's schema says beside what each view tells of itself: how errors look, and that anything may be null."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
ERROR = {
    "type": "object",
    "required": ["success", "error"],
    "properties": {
        "success": {"type": "boolean", "const": False},
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id", "help"],
            "properties": {
                "code": {**TEXT, "description": "What went wrong, in a word that doesn't change."},
                "message": {**TEXT, "description": "What to do about it."},
                "request_id": {**TEXT, "description": "The `X-Request-ID` of this answer."},
                "help": {**TEXT, "format": "uri", "description": "The guide's paragraph about this code."},
                "fields": {"description": "With `invalid_request`: what is wrong with each field."},
            },
        },
    },
}
_CONTENT = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
RESPONSES = {
    "4XX": {"description": "Refused; `error.code` says why.", "content": _CONTENT},
    "5XX": {"description": "Something failed on our side.", "content": _CONTENT},
}


ANYTHING_OR_NULL = [{}, {"type": "null"}]


def describe_errors(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the error's shape, and to each call that it may be answered with one (contract §1, `errors.envelope`)."""
    result["components"].setdefault("schemas", {})["Error"] = ERROR
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"] = {**operation["responses"], **RESPONSES}
    return result


def let_anything_be_null(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Where anything goes, null is said twice, and `oneOf` refuses what fits both: say it once."""
    for shape in result["components"].get("schemas", {}).values():
        for field in shape.get("properties", {}).values():
            if field.get("oneOf") == ANYTHING_OR_NULL:
                del field["oneOf"]
    return result
