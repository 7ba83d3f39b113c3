"""Finds scripts and meta elements in a page, the way browsers do: what stands in comments, titles and text isn't one.

One pass forward over the text, whatever it holds: nothing is looked at twice, so a page made to be slow isn't.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field

ELEMENTS_MOST = 2_000  # of a page that are looked at
TAG_MOST = 8_192  # characters of one opening tag
_RAW = ("script", "style", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp", "template")
_FOLDED = {ord(letter): letter.lower() for letter in string.ascii_uppercase}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,20}")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]{1,100})(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")


@dataclass(frozen=True, slots=True)
class Element:
    """A script or a meta element; `text` is what stands in a script."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class Found:
    """What there is on a page, in its order, and what stands in its comments."""

    elements: list[Element] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def scan(page: str) -> Found:
    """Look through a page."""
    found = Found()
    folded = page.translate(_FOLDED)  # `lower` would make some letters longer, and places not fit any more
    at = folded.find("<")
    while at >= 0 and len(found.elements) < ELEMENTS_MOST:
        if folded.startswith("<!--", at):
            end = _find(folded, "-->", at + 4)
            found.comments.append(page[at + 4 : end])
        else:
            end = _element(page, folded, at, found)
        at = folded.find("<", end)
    return found


def _element(page: str, folded: str, at: int, found: Found) -> int:
    """Take up the element that may begin here; gives where to go on."""
    match = _NAME.match(folded, at + 1)
    if match is None:
        return at + 1
    name, inside = match[0], _end_of_tag(page, match.end())
    if name not in _RAW:
        if name == "meta":
            found.elements.append(Element(name, _attributes(page[match.end() : inside])))
        return inside
    end = _find(folded, f"</{name}", inside)
    if name == "script":
        found.elements.append(Element(name, _attributes(page[match.end() : inside]), page[inside + 1 : end]))
    return end


def _end_of_tag(page: str, at: int) -> int:
    """Where an opening tag ends: at a > outside of quotes."""
    quote = ""
    for position in range(at, min(at + TAG_MOST, len(page))):
        char = page[position]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == ">":
            return position
    return min(at + TAG_MOST, len(page))


def _attributes(tag: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        pairs.setdefault(name.lower(), next((value for value in values if value), ""))
    return pairs


def _find(text: str, what: str, at: int) -> int:
    """Where it stands; the end of the text where it doesn't."""
    found = text.find(what, at)
    return len(text) if found < 0 else found


def scripts(found: Found) -> Iterator[Element]:
    """Those that a browser would run as scripts."""
    for element in found.elements:
        kind = element.attributes.get("type", "").strip().lower()
        if element.name == "script" and kind in ("", "module", "text/javascript", "application/javascript"):
            yield element


def policies(found: Found) -> list[str]:
    """Content security policies that the page itself sets."""
    return [
        element.attributes.get("content", "")
        for element in found.elements
        if element.name == "meta" and element.attributes.get("http-equiv", "").lower() == "content-security-policy"
    ]
