"""Web pages: what they say, without menus, footers and scripts, and where they lead. Pure."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from assistants.extraction.base import Extracted, Unreadable, bounded
from assistants.extraction.charsets import decode_page, looks_binary

LINKS_MOST = 2_000
NODES_MOST = 300_000
LEAST = 200
"""Characters a marked main part must have to be taken for it."""

NOISE = (
    "script, style, noscript, template, svg, canvas, iframe, object, form, button, select, dialog, "
    "nav, aside, footer, [hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], "
    "[role=search], [role=dialog], [role=alertdialog]"
)
MAIN = ("main", "[role=main]", "article")
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS = frozenset(
    [
        *("p", "div", "section", "article", "main", "header", "address", "blockquote", "pre", "details", "summary"),
        *("ul", "ol", "dl", "table", "figure", "figcaption"),
    ]
)
_STARTS = {"li": "\n- ", "td": " ", "th": " ", **dict.fromkeys(("br", "tr", "dt", "dd", "hr", "option"), "\n")}
_SPACE = re.compile(r"[ \t\r\f\v\xa0]+")
_LINES = re.compile(r" *\n *")
_MANY = re.compile(r"\n{3,}")


def read_page(data: bytes, charset: str = "") -> Extracted:
    """A page's title, main text and links."""
    if looks_binary(data) and not charset.lower().startswith(("utf-16", "utf-32")):
        raise Unreadable("This is no web page: the address gives something that isn't text.")
    tree = LexborHTMLParser(decode_page(data, charset))
    title, links = _title(tree), _links(tree)
    for node in tree.css(NOISE):
        node.decompose()
    text = bounded(_text(_main(tree)))
    return Extracted(text, title=title, links=links)


def _title(tree: LexborHTMLParser) -> str:
    for wanted in ("title", "h1"):
        node = tree.css_first(wanted)
        if node is not None and (words := " ".join(node.text().split())):
            return words[:300]
    return ""


def _links(tree: LexborHTMLParser) -> list[str]:
    """As they are written, each once; a base comes first, marked by a space."""
    base = tree.css_first("base[href]")
    found = dict.fromkeys([f" {base.attributes.get('href') or ''}"] if base is not None else [])
    for node in tree.css("a[href]"):
        if "nofollow" not in (node.attributes.get("rel") or ""):
            found[(node.attributes.get("href") or "").strip()] = None
        if len(found) >= LINKS_MOST:
            break
    return list(found)


def _main(tree: LexborHTMLParser) -> LexborNode | None:
    for wanted in MAIN:
        parts = tree.css(wanted)
        if len(parts) == 1 and len(parts[0].text(strip=True)) >= LEAST:
            return parts[0]
    return tree.body


def _text(root: LexborNode | None) -> str:
    """Words in their order; blocks apart, headings marked. Without recursion: pages may be nested without end."""
    if root is None:
        return ""
    bits: list[str] = []
    ends: list[tuple[int, str]] = []
    nodes = _walk(root)
    if len(nodes) > NODES_MOST:
        raise Unreadable("The page has too many parts to be read.")
    for node, depth in nodes:
        while ends and depth <= ends[-1][0]:
            bits.append(ends.pop()[1])
        begins, closes = _marks(node)
        bits.append(begins)
        if closes:
            ends.append((depth, closes))
    bits.extend(end for _, end in reversed(ends))
    return _tidy("".join(bits))


def _marks(node: LexborNode) -> tuple[str, str]:
    """What a node says or begins with, and what follows when it is over."""
    tag = node.tag or ""
    if tag == "-text":
        return _SPACE.sub(" ", (node.text_content or "").replace("\n", " ")), ""
    if tag in _HEADINGS:
        return "\n\n# ", "\n\n"
    if tag in _BLOCKS:
        return "\n\n", "\n\n"
    return _STARTS.get(tag, ""), ""


def _walk(root: LexborNode) -> list[tuple[LexborNode, int]]:
    """Every node with its depth, in document order."""
    found: list[tuple[LexborNode, int]] = []
    stack = [(root, 0)]
    while stack and len(found) <= NODES_MOST:
        node, depth = stack.pop()
        found.append((node, depth))
        children: list[tuple[LexborNode, int]] = []
        child = node.child
        while child is not None:
            children.append((child, depth + 1))
            child = child.next
        stack.extend(reversed(children))
    return found


def _tidy(text: str) -> str:
    text = _MANY.sub("\n\n", _LINES.sub("\n", _SPACE.sub(" ", text)))
    lines = (line for line in text.split("\n") if line not in ("#", "-"))
    return _MANY.sub("\n\n", "\n".join(lines)).strip()
