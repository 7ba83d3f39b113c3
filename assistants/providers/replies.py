"""A chat completion's JSON as a Completion, whatever a compatible or hostile server puts in it. Pure."""

from __future__ import annotations

import json
import re

from .base import MAX_REPLY_CHARS, Completion, Failure, ProviderError, ToolCall
from .failures import fail

MAX_TOKENS_COUNTED = 2**31 - 1
"""The largest count a database integer holds; a server's larger one is a lie."""

MAX_NAME_CHARS = 200
"""Characters kept of the model's name and the finish reason."""

MAX_CALLS = 16
"""Calls of tools that are read out of one answer; what comes after them is not looked at."""

MAX_ARGUMENT_CHARS = 16_000
"""Characters of a call's arguments that are read: longer ones are cut, and then are no JSON any more."""

MAX_MODELS = 500
"""Names kept of a server's list of models; routers offer some hundreds."""

_THOUGHTS = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_OPENING = "<think>"
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def read_completion(body: bytes, *, model: str, may_call: bool = False) -> Completion:
    """The completion in a reply's body; ProviderError when there is none. Calls count only where `may_call`."""
    data = parse(body)
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise fail(Failure.GARBAGE)
    return completion_of(
        clean_text(content_of(message.get("content"))),
        model=name_of(data.get("model")) or model,
        usage=data.get("usage"),
        finish_reason=name_of(choice.get("finish_reason")) or "stop",
        is_refused=bool(message.get("refusal")),
        calls=read_calls(message.get("tool_calls")) if may_call else (),
    )


def completion_of(
    text: str, *, model: str, usage: object, finish_reason: str, is_refused: bool, calls: tuple[ToolCall, ...]
) -> Completion:
    """The completion with a cleaned text or calls; ProviderError when there is neither."""
    if not text and not calls:
        if finish_reason == "content_filter" or is_refused:
            raise fail(Failure.CONTENT_FILTER)
        raise fail(Failure.GARBAGE, "The AI provider sent an empty reply. Try again, or choose another model.")
    counts = usage if isinstance(usage, dict) else {}
    return Completion(
        text=text,
        model=model,
        tokens_in=_count(counts.get("prompt_tokens")),
        tokens_out=_count(counts.get("completion_tokens")),
        finish_reason=finish_reason,
        calls=calls,
    )


def read_calls(listed: object) -> tuple[ToolCall, ...]:
    """The calls of tools in a message, as far as they have a name; their ids are ours where the server gives none."""
    calls = []
    for number, entry in enumerate(listed[:MAX_CALLS] if isinstance(listed, list) else ()):
        function = entry.get("function") if isinstance(entry, dict) else None
        if isinstance(function, dict) and (name := name_of(function.get("name"))):
            calls.append(ToolCall(name_of(entry.get("id")) or f"call_{number}", name, _arguments(function)))
    return tuple(calls)


def _arguments(function: dict[str, object]) -> str:
    """A call's arguments as text: some servers send the object itself."""
    given = function.get("arguments")
    text = given if isinstance(given, str) else json.dumps(given) if isinstance(given, dict) else ""
    return _UNSTORABLE.sub("", text)[:MAX_ARGUMENT_CHARS]


def read_models(body: bytes) -> tuple[str, ...]:
    """The names in a list of models, in its order; none when the body is no such list."""
    try:
        listed = parse(body).get("data")
    except ProviderError:
        return ()
    entries = [entry.get("id") for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(name for entry in entries if (name := name_of(entry))))[:MAX_MODELS]


def clean_text(text: str) -> str:
    """What a visitor may read: no thoughts in front, nothing a database can't store, not endless."""
    text = _UNSTORABLE.sub("", _THOUGHTS.sub("", text, count=1)).strip()
    return text if len(text) <= MAX_REPLY_CHARS else text[:MAX_REPLY_CHARS].rstrip() + "…"


def clean_beginning(text: str) -> str:
    """The same for a reply that isn't whole yet: the whole one begins with it."""
    if _OPENING.startswith(text.lstrip()[: len(_OPENING)]):
        return ""  # it may be the beginning of a thought
    return clean_text(text)[:MAX_REPLY_CHARS].rstrip()


def parse(body: bytes) -> dict[str, object]:
    """The JSON object that a server sent."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not text, a number of 5,000 digits, brackets without end
        raise fail(Failure.GARBAGE) from None
    if not isinstance(data, dict):
        raise fail(Failure.GARBAGE)
    return data


def content_of(content: object) -> str:
    """A message's text: a plain string, or the text parts of a list."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = [part.get("text") for part in content if isinstance(part, dict) and part.get("type") in ("text", None)]
    return "".join(text for text in texts if isinstance(text, str))


def name_of(value: object) -> str:
    return _UNSTORABLE.sub("", value).strip()[:MAX_NAME_CHARS] if isinstance(value, str) else ""


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(value, 0), MAX_TOKENS_COUNTED)
