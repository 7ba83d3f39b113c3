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


SUCCESS = {200: _object(success=YES)}
CONFIG = {
    200: _object(
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
            prechat={
                "type": "object",
                "properties": {"required": {"type": "array", "items": {"enum": ["name", "email"]}}},
            },
            proactive={"type": "array", "items": {"type": "object"}},
            availability=_object(
                online={"type": "boolean"}, hours={"type": ["object", "null"]}, awayMessage={"type": ["string", "null"]}
            ),
            tracking=_object(enabled={"type": "boolean"}),
        ),
    )
}
MESSAGE = _object(
    ["messageId", "author", "message", "createdAt"],
    messageId=TEXT,
    author={"enum": ["visitor", "assistant", "agent", "system"]},
    authorName=TEXT,
    message=TEXT,
    createdAt={"type": "string", "format": "date-time"},
    sources={"type": "array", "items": _object(["title"], title=TEXT, url=LINK)},
    stopped={**YES, "description": "The visitor had enough of this answer; the rest of it was never made."},
)
MESSAGES = {200: _object(success=YES, conversationId=ID, messages={"type": "array", "items": MESSAGE})}
TRACK = {
    "application/json": _object(
        ["sessionId", "event", "timestamp"],
        sessionId=SESSION_ID,
        event=TEXT,
        timestamp={"type": "string", "format": "date-time"},
        metadata={"type": "object"},
    )
}
RATING = {
    "application/json": _object(
        ["sessionId", "conversationId", "score"],
        sessionId=SESSION_ID,
        conversationId={"type": "string", "format": "uuid"},
        score={"type": "integer", "minimum": 1, "maximum": 5},
        comment={"type": "string", "maxLength": 2000},
    )
}
RATING_ANSWER = {200: _object(success=YES, tracking={"type": "array", "items": {"type": "object"}})}
VOICE = {"application/json": _object(["sessionId"], sessionId=SESSION_ID, assistantId=ID)}
VOICE_ANSWER = {200: _object(success=YES, conversationId=ID, assistantId=ID, phoneNumber=TEXT)}
CHAT = _object(
    ["sessionId", "message"],
    sessionId=SESSION_ID,
    message={"type": "string", "minLength": 1, "maxLength": 4000},
    assistantId=ID,
    conversationId=ID,
    messageId={**SESSION_ID, "description": "The client's own id: a retry with it stores nothing twice."},
    contact=_object([], name=TEXT, email=TEXT, phone=TEXT, hash=TEXT),
    page=_object([], url=TEXT, title=TEXT, referrer=TEXT),
)
STOP = _object(sessionId=SESSION_ID, messageId={**SESSION_ID, "description": "The message that is being answered."})
CHAT_ANSWER = _object(
    success=YES,
    conversationId={"type": "string"},
    messageId=TEXT,
    message={"type": ["string", "null"]},
    metadata=_object(
        ["status"],
        status={"enum": ["answered", "held", "blocked", "no_reply", "human"]},
        reason=TEXT,
        model={"type": ["string", "null"]},
        tokens={"type": "integer"},
        assistantId=ID,
        stopped={**YES, "description": "The visitor stopped the answer: `message` is what they had seen of it."},
    ),
    tracking={"type": "array", "items": {"type": "object"}},
)
SECURITY = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A widget token."}


def _path(operation: str, summary: str, **more: Any) -> dict[str, Any]:
    tenant = {"in": "path", "name": "tenant_id", "required": True, "schema": TEXT}
    return {
        "operationId": operation,
        "summary": summary,
        "tags": ["widget"],
        "security": [{"widgetToken": []}],
        "parameters": [tenant, *more.pop("parameters", [])],
        **more,
    }


def describe_the_door(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the addresses that aren't views of the API framework, and the token that opens all of them."""
    session = {"in": "query", "name": "sessionId", "required": True, "schema": SESSION_ID}
    answer = {"application/json": {"schema": CHAT_ANSWER}, "text/event-stream": {"schema": TEXT}}
    result["paths"]["/api/widgets/{tenant_id}/chat"] = {
        "post": _path(
            "widget_chat",
            "Take a visitor's message and answer it.",
            requestBody={"required": True, "content": {"application/json": {"schema": CHAT}}},
            responses={"200": {"description": "The answer.", "content": answer}},
        )
    }
    result["paths"]["/api/widgets/{tenant_id}/chat/stop"] = {
        "post": _path(
            "widget_stop",
            "Leave the answer to a message at what the visitor has seen of it.",
            requestBody={"required": True, "content": {"application/json": {"schema": STOP}}},
            responses={"200": {"description": "Noted.", "content": {"application/json": {"schema": SUCCESS[200]}}}},
        )
    }
    result["paths"]["/api/widgets/{tenant_id}/stream"] = {
        "get": _path(
            "widget_stream",
            "Follow the session's open conversation.",
            parameters=[session],
            responses={
                "200": {"description": "Events.", "content": {"text/event-stream": {"schema": TEXT}}},
                "204": {"description": "There is no open conversation, and none closed lately with anything to tell."},
            },
        )
    }
    for path, methods in result["paths"].items():
        if path.startswith("/api/widgets/"):
            for method in methods.values():
                method["security"] = [{"widgetToken": []}]
    result.setdefault("components", {}).setdefault("securitySchemes", {})["widgetToken"] = SECURITY
    result["paths"] = dict(sorted(result["paths"].items()))
    return result
