"""How the model's double may behave, and the names by which a model or a visitor's message asks for it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

ASKED = re.compile(r"double-[a-z0-9.-]*[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One answer. Without `body` it is a chat completion with `text`; None for `text` says what the visitor said.

    Streamed it comes word by word, or in `pieces`, or as the very bytes of `events`; `pauses_after` and `breaks_after`
    count events.
    """

    status: int = 200
    text: str | None = None
    latency: float | None = None
    body: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    message: dict[str, Any] = field(default_factory=dict)
    finish_reason: str = "stop"
    usage: bool = True
    hangs: bool = False
    disconnects: bool = False
    refuses: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    events: tuple[bytes, ...] = ()
    pause: float = 0.0
    pauses_after: int = -1
    breaks_after: int = -1
    hangs_up: bool = True
    streams: bool = True


def error(status: int, code: str | None = None, message: str = "Told to fail.", **more: Any) -> Behaviour:
    """An error in the vendor's shape."""
    shape = {"error": {"message": message, "type": more.pop("type", "error"), "param": more.pop("param", None)}}
    shape["error"]["code"] = code
    return Behaviour(status=status, body=json.dumps(shape).encode(), **more)


CATALOGUE: dict[str, Behaviour] = {
    "double-bad-key": error(401, "invalid_api_key", "Incorrect API key provided: sk-secret-of-acme."),
    "double-forbidden": error(403, "unsupported_country_region_territory"),
    "double-no-credit": error(429, "insufficient_quota"),
    "double-payment": error(402),
    "double-429": error(429, "rate_limit_exceeded", headers={"Retry-After": "0"}),
    "double-429-long": error(429, "rate_limit_exceeded", headers={"Retry-After": "120"}),
    "double-no-model": error(404, "model_not_found"),
    "double-filter": error(400, "content_filter"),
    "double-filtered-reply": Behaviour(text="", finish_reason="content_filter"),
    "double-refusal": Behaviour(message={"content": None, "refusal": "I can't help with that."}),
    "double-too-long": error(400, "context_length_exceeded", "This model's context length is 4096 with max_tokens."),
    "double-hang": Behaviour(hangs=True),
    "double-disconnect": Behaviour(disconnects=True),
    "double-garbage": Behaviour(body=b'{"choices": [{"mess'),
    "double-binary": Behaviour(body=bytes(range(256))),
    "double-wrong-shape": Behaviour(body=b'{"choices": {"0": "hello"}, "usage": []}'),
    "double-list": Behaviour(body=b'["hello"]'),
    "double-no-choices": Behaviour(body=b'{"choices": []}'),
    "double-null-message": Behaviour(body=b'{"choices": [{"message": null}]}'),
    "double-deep": Behaviour(body=b"[" * 200_000),
    "double-digits": Behaviour(body=b'{"choices": ' + b"9" * 6_000 + b"}"),
    "double-html": Behaviour(body=b"<!doctype html><h1>It works</h1>", content_type="text/html"),
    "double-html-error": Behaviour(status=502, body=b"<h1>Bad gateway</h1>", content_type="text/html"),
    "double-empty": Behaviour(text=""),
    "double-no-body": Behaviour(body=b""),
    "double-null": Behaviour(message={"content": None, "tool_calls": None}),
    "double-parts": Behaviour(
        message={"content": [{"type": "text", "text": "In "}, {"type": "image"}, {"type": "text", "text": "parts."}]}
    ),
    "double-extra": Behaviour(text="Fine.", message={"tool_calls": None, "reasoning": {"a": [1]}, "audio": None}),
    "double-no-usage": Behaviour(text="Fine.", usage=False),
    "double-thinks": Behaviour(text="<think>\nThe visitor greets me.\n</think>\n\nHello there."),
    "double-unstorable": Behaviour(text="a\x00b\ud800c"),
    "double-huge": Behaviour(body=b'{"choices": "' + b"x" * (3 * 1024 * 1024) + b'"}'),
    "double-huge-error": Behaviour(status=400, body=b"x" * (3 * 1024 * 1024)),
    "double-gzip": Behaviour(text="Fine.", headers={"Content-Encoding": "gzip"}),
    "double-redirect": Behaviour(status=307, body=b"", headers={"Location": "/v1/elsewhere"}),
    "double-cookie": Behaviour(text="Fine.", headers={"Set-Cookie": "who=acme; Path=/"}),
    "double-newer": Behaviour(text="Fine.", refuses=("max_tokens", "temperature")),
    "double-picky": Behaviour(text="Fine.", refuses=("max_tokens", "max_completion_tokens", "temperature", "system")),
}


def named(name: str) -> Behaviour | None:
    """The behaviour of this name: from the catalogue, `double-echo`, `double-<status>` or `double-slow-<seconds>s`."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    if name == "double-echo":
        return Behaviour()
    if found := re.fullmatch(r"double-(\d{3})", name):
        return error(int(found[1]))
    if found := re.fullmatch(r"double-slow-(\d+(?:\.\d+)?)s", name):
        return Behaviour(latency=float(found[1]))
    return None


def asked_for(model: str, said: str) -> Behaviour | None:
    """What the model's name or, before it, a word in the visitor's last message asks for."""
    for name in (*ASKED.findall(said), model):
        if (found := named(name)) is not None:
            return found if found.text is not None or name == model else replace(found, text=f"You said: {said}")
    return None
