"""What models write, as HTML: a small safe part of Markdown. Everything else stays the text it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString, mark_safe

_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\[(?P<text>[^\]\n]{1,500})\]\((?P<target>(?:https://|mailto:|tel:)[^()\s]{1,2000})\)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s][^*\n]*)\*(?![\w*])"
    r"|(?P<url>https://[^\s<>\"'`*]*[^\s<>\"'`*.,;:!?)\]])",
    re.IGNORECASE,
)
_LINES = {
    "item": re.compile(r"\s{0,3}[-*•]\s+(?P<text>.*)"),
    "number": re.compile(r"\s{0,3}(?P<number>\d{1,3})[.)]\s+(?P<text>.*)"),
    "heading": re.compile(r"#{1,6}\s+(?P<text>.*)"),
}
_FENCE = "```"


def to_html(text: str) -> SafeString:
    """Paragraphs, lists, code, bold, italics and links; no images, no HTML, no other schemes.

    A transcript is full of it, so its pieces are plain strings: `_inline` and `_code` escape all that was written.
    """
    pieces = text.split(_FENCE)
    drawn = "".join(_code(piece) if n % 2 else _prose(piece) for n, piece in enumerate(pieces))
    return mark_safe(drawn)  # noqa: S308  (escaped piece by piece)


def _code(text: str) -> str:
    language, newline, code = text.partition("\n")
    written = code.rstrip("\n") if newline else language
    return f"<pre><code>{escape(written)}</code></pre>"


def _prose(text: str) -> str:
    kinds = groupby(text.splitlines(), key=_kind)
    return "".join(_block(kind, list(lines)) for kind, lines in kinds if kind)


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    return next((kind for kind, pattern in _LINES.items() if pattern.match(line)), "text")


def _block(kind: str, lines: list[str]) -> str:
    if kind == "text":
        return f"<p>{'<br>'.join(map(_inline, lines))}</p>"
    found = [match for line in lines if (match := _LINES[kind].match(line))]
    if kind == "heading":
        return "".join(f"<p><strong>{_inline(one['text'])}</strong></p>" for one in found)
    items = "".join(f"<li>{_inline(one['text'])}</li>" for one in found)
    return f'<ol start="{found[0]["number"]}">{items}</ol>' if kind == "number" else f"<ul>{items}</ul>"


def _inline(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterable[str]:
    at = 0
    for found in _INLINE.finditer(text):
        yield escape(text[at : found.start()])
        yield _marked(found)
        at = found.end()
    yield escape(text[at:])


def _marked(found: re.Match[str]) -> str:
    if found["code"]:
        return f"<code>{escape(found['code'])}</code>"
    if found["strong"]:
        return f"<strong>{_inline(found['strong'])}</strong>"
    if found["em"]:
        return f"<em>{_inline(found['em'])}</em>"
    address = found["target"] or found["url"]
    words = escape(found["text"] or address)
    return f'<a href="{escape(address)}" rel="nofollow noopener noreferrer">{words}</a>'
