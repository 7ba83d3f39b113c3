"""A reply that comes in pieces, gathered from a stream's bytes, whatever a compatible or hostile server sends. Pure."""

from __future__ import annotations

import re

from .base import MAX_REPLY_CHARS, Completion, Failure
from .failures import explain_told, fail
from .replies import (
    MAX_ARGUMENT_CHARS,
    MAX_CALLS,
    clean_beginning,
    clean_text,
    completion_of,
    content_of,
    name_of,
    parse,
    read_calls,
)

MAX_LINE_BYTES = 1024 * 1024
"""Of one event; a whole reply is smaller."""

MAX_RAW_CHARS = 20 * MAX_REPLY_CHARS
"""Of a reply with its thoughts; what comes after is left unread."""

_HALVES = re.compile(r"[\ud800-\udfff]")


class StreamReader:
    """Takes the bytes as they come. Every event is one line, as all servers write them."""

    def __init__(self, model: str, *, may_call: bool = False) -> None:
        self._model = model
        self._rest = b""
        self._raw = ""
        self._usage: object = None
        self._finish_reason = ""
        self._is_refused = False
        self._calls: dict[int, dict[str, str]] = {}
        self._may_call = may_call
        self.is_done = False

    @property
    def is_finished(self) -> bool:
        """Whether the reply is whole; some servers still count its tokens, or forget to hang up."""
        return self.is_done or bool(self._finish_reason)

    @property
    def text(self) -> str:
        """The reply as far as it has come; the whole one begins with it."""
        return clean_beginning(_joined(self._raw))

    def feed(self, chunk: bytes) -> bool:
        """Take what has arrived; True when there is more text. Raises ProviderError where it makes no sense."""
        before = len(self._raw)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            raise fail(Failure.GARBAGE)
        for line in lines:
            self._take(line.strip())
        return len(self._raw) > before

    def completion(self) -> Completion:
        """The whole reply, once the stream has ended; ProviderError when it has none, or broke off."""
        self._take(self._rest.strip())
        if not self.is_finished:
            raise fail(Failure.UNREACHABLE, "The AI provider broke off in the middle of its answer. Try again later.")
        return completion_of(
            clean_text(_joined(self._raw)),
            model=self._model,
            usage=self._usage,
            finish_reason=self._finish_reason or "stop",
            is_refused=self._is_refused,
            calls=read_calls(self._gathered_calls()) if self._may_call else (),
        )

    def _take(self, line: bytes) -> None:
        if self.is_done or not line.startswith(b"data:"):
            return
        payload = line[5:].strip()
        if payload == b"[DONE]":
            self.is_done = True
            return
        event = parse(payload)
        if event.get("error"):
            raise explain_told(event["error"])
        self._model = name_of(event.get("model")) or self._model
        self._usage = event.get("usage") or self._usage
        choices = event.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            self._add(choices[0])

    def _add(self, choice: dict[str, object]) -> None:
        delta = choice.get("delta")
        if isinstance(delta, dict):
            self._raw += content_of(delta.get("content"))
            self._is_refused = self._is_refused or bool(delta.get("refusal"))
            self._add_calls(delta.get("tool_calls"))
        self._finish_reason = name_of(choice.get("finish_reason")) or self._finish_reason
        self.is_done = len(self._raw) > MAX_RAW_CHARS

    def _add_calls(self, pieces: object) -> None:
        """Calls come in pieces too: name and id first, the arguments bit by bit, told apart by their number."""
        for piece in pieces[:MAX_CALLS] if isinstance(pieces, list) else ():
            if not isinstance(piece, dict) or not isinstance(function := piece.get("function"), dict):
                continue
            number = piece.get("index")
            number = number if isinstance(number, int) else len(self._calls)
            if number not in self._calls and len(self._calls) >= MAX_CALLS:
                continue
            call = self._calls.setdefault(number, {"id": "", "name": "", "arguments": ""})
            call["id"] = name_of(piece.get("id")) or call["id"]
            call["name"] = name_of(function.get("name")) or call["name"]
            arguments = function.get("arguments")
            if isinstance(arguments, str) and len(call["arguments"]) <= MAX_ARGUMENT_CHARS:
                call["arguments"] += arguments

    def _gathered_calls(self) -> list[dict[str, object]]:
        return [
            {"id": call["id"], "function": {"name": call["name"], "arguments": call["arguments"]}}
            for _, call in sorted(self._calls.items())
        ]


def _joined(text: str) -> str:
    """The text with characters whole again that were cut in two and came in different pieces."""
    if not _HALVES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
