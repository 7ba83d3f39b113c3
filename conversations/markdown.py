"""What models write, as HTML: a small safe part of Markdown. Everything else stays the text it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from django.utils.html import escape, format_html, format_html_join
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
    """Paragraphs, lists, code, bold, italics and links; no images, no HTML, no other schemes."""
    pieces = text.split(_FENCE)
    blocks = [_code(piece) if n % 2 else _prose(piece) for n, piece in enumerate(pieces)]
    return format_html_join("", "{}", ((block,) for block in blocks))


def _code(text: str) -> SafeString:
    language, newline, code = text.partition("\n")
    return format_html("<pre><code>{}</code></pre>", code.rstrip("\n") if newline else language)


def _prose(text: str) -> SafeString:
    kinds = groupby(text.splitlines(), key=_kind)
    return format_html_join("", "{}", ((_block(kind, list(lines)),) for kind, lines in kinds if kind))


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    return next((kind for kind, pattern in _LINES.items() if pattern.match(line)), "text")


def _block(kind: str, lines: list[str]) -> SafeString:
    if kind == "text":
        return format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", ((_inline(one),) for one in lines)))
    found = [match for line in lines if (match := _LINES[kind].match(line))]
    if kind == "heading":
        return format_html_join("", "<p><strong>{}</strong></p>", ((_inline(one["text"]),) for one in found))
    items = format_html_join("", "<li>{}</li>", ((_inline(one["text"]),) for one in found))
    if kind == "number":
        return format_html('<ol start="{}">{}</ol>', found[0]["number"], items)
    return format_html("<ul>{}</ul>", items)


def _inline(text: str) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text)))


def _pieces(text: str) -> Iterable[str]:
    at = 0
    for found in _INLINE.finditer(text):
        yield escape(text[at : found.start()])
        yield _marked(found)
        at = found.end()
    yield escape(text[at:])


def _marked(found: re.Match[str]) -> SafeString:
    if found["code"]:
        return format_html("<code>{}</code>", found["code"])
    if found["strong"]:
        return format_html("<strong>{}</strong>", _inline(found["strong"]))
    if found["em"]:
        return format_html("<em>{}</em>", _inline(found["em"]))
    address = found["target"] or found["url"]
    return format_html('<a href="{}" rel="nofollow noopener noreferrer">{}</a>', address, found["text"] or address)
