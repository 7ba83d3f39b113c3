"""The widget API's bodies as OpenAPI describes them; `serializers` and `wire` are what reads and writes them."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
LINK = {"type": ["string", "null"], "format": "uri"}
ID = {"type": ["string", "null"], "format": "uuid"}
SESSION_ID = {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,128}$"}
YES = {"type": "boolean", "const": True}


def _object(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or list(properties)}


SUCCESS = _object(success=YES)
CONFIG = _object(
    success=YES,
    config=_object(
        name=TEXT,
        assistantId=ID,
        widget=_object(
            primaryColor=TEXT,
            position={"enum": ["bottom-right", "bottom-left", "top-right", "top-left"]},
            theme={"enum": ["light", "dark", "auto"]},
            greetingMessage=TEXT,
            avatarUrl=LINK,
            headerLogoUrl=LINK,
            headerWordmarkUrl=LINK,
            showBranding={"type": "boolean"},
            locale=TEXT,
        ),
        prechat={"type": "object", "properties": {"required": {"type": "array", "items": {"enum": ["name", "email"]}}}},
        proactive={"type": "array", "items": {"type": "object"}},
        availability=_object(
            online={"type": "boolean"}, hours={"type": ["object", "null"]}, awayMessage={"type": ["string", "null"]}
        ),
        tracking=_object(enabled={"type": "boolean"}),
    ),
)
MESSAGE = _object(
    ["messageId", "author", "message", "createdAt"],
    messageId=TEXT,
    author={"enum": ["visitor", "assistant", "agent", "system"]},
    authorName=TEXT,
    message=TEXT,
    createdAt={"type": "string", "format": "date-time"},
    sources={"type": "array", "items": _object(["title"], title=TEXT, url=LINK)},
)
MESSAGES = _object(success=YES, conversationId=ID, messages={"type": "array", "items": MESSAGE})
TRACK = {
    "application/json": _object(
        ["sessionId", "event", "timestamp"],
        sessionId=SESSION_ID,
        event=TEXT,
        timestamp={"type": "string", "format": "date-time"},
        metadata={"type": "object"},
    )
}
VOICE = {"application/json": _object(["sessionId"], sessionId=SESSION_ID, assistantId=ID)}
VOICE_ANSWER = _object(success=YES, conversationId=ID, assistantId=ID, phoneNumber=TEXT)
