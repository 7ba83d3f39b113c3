"""Cut a text into passages that can be found and read alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

AIM = 500
"""Characters a passage is filled up to: four or five sentences, about what a chat bubble bears."""

LEAST = 200
"""A shorter rest is put to the passage before it, so that no scrap of a sentence stands alone."""

MOST = 900
"""Characters that no passage exceeds."""

HEADING_MOST = 80
"""A longer line is a sentence, not a heading."""

_MARKED = re.compile(r"#{1,6}\s+(?P<words>.*?)\s*#*")
_UNDERLINE = re.compile(r"=+|-{2,}")
_SENTENCE = re.compile(r".+?(?:[.!?…][\"'”’)\]]*\s+|[。！？]|\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage and the heading that it stood under."""

    heading: str
    body: str


def split(text: str) -> list[Piece]:
    """The passages of a text in order. Together they hold every word of it but the headings."""
    return [Piece(heading, body) for heading, blocks in _sections(text) for body in _packed(blocks)]


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each heading with the paragraphs under it; a heading with nothing under it counts as a paragraph."""
    heading = ""
    paragraphs: list[str] = []
    for block in _blocks(text):
        title, rest = _heading_of(block)
        if title is None:
            paragraphs.append(block)
            continue
        if paragraphs or heading:
            yield heading, paragraphs or [heading]
        heading, paragraphs = title, [rest] if rest else []
    if paragraphs or heading:
        yield heading, paragraphs or [heading]


def _blocks(text: str) -> list[str]:
    lines = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return [block.strip("\n") for block in re.split(r"\n{2,}", lines) if block.strip()]


def _heading_of(block: str) -> tuple[str | None, str]:
    """A block's heading and what follows it in the same block; None when it has no heading."""
    first, _, rest = block.partition("\n")
    first = first.strip()
    marked = _MARKED.fullmatch(first)
    if marked:
        return marked["words"][:300], rest
    second, _, after = rest.partition("\n")
    if rest and _UNDERLINE.fullmatch(second.strip()) and len(first) <= HEADING_MOST:
        return first, after
    if not rest and len(first) <= HEADING_MOST and _reads_like_a_heading(first):
        return first.removesuffix(":"), ""
    return None, ""


def _reads_like_a_heading(line: str) -> bool:
    """A short line alone that neither ends like a sentence nor begins like an item of a list."""
    return line[-1] not in ".!;,…" and line[0] not in "-*•–" and any(c.isalpha() for c in line)


def _packed(blocks: list[str]) -> list[str]:
    """Paragraphs put together up to the aim; those that are too long are cut."""
    return _filled([part for block in blocks for part in _parts(block)], between="\n\n")


def _parts(block: str) -> list[str]:
    """A paragraph in parts that fit, cut at sentences and lines, with the white space between them kept."""
    if len(block) <= MOST:
        return [block]
    bits = [bit for sentence in _SENTENCE.findall(block) for bit in _cut(sentence)]
    return [part.strip() for part in _filled(bits, between="") if part.strip()]


def _filled(bits: list[str], *, between: str) -> list[str]:
    """Bits put together up to the aim; a short rest goes to the part before it, if there is room."""
    filled: list[str] = []
    for number, bit in enumerate(bits, start=1):
        most = MOST if number == len(bits) and len(bit) < LEAST else AIM
        if filled and len(filled[-1]) + len(between) + len(bit) <= most:
            filled[-1] += between + bit
        else:
            filled.append(bit)
    return filled


def _cut(sentence: str) -> list[str]:
    """A sentence in bits that fit, cut between words; a word without end is cut where it must be."""
    bits: list[str] = []
    while len(sentence) > MOST:
        at = sentence.rfind(" ", LEAST, MOST)
        at = MOST if at == -1 else at + 1
        bits.append(sentence[:at])
        sentence = sentence[at:]
    return [*bits, sentence]
