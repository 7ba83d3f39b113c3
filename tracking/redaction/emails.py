"""E-mail addresses, written plainly or as people write them for each other: `vera (at) example dot com`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracking.redaction.folding import Find

_SIGN = re.compile(
    r"\s{0,3}(?:@|[(\[{<]\s{0,2}(?:@|at|arroba|chez|bei)\s{0,2}[)\]}>])\s{0,3}|\s{1,3}(?P<word>at|arroba|aet)\s{1,3}"
)
_LOCAL = frozenset(".+'_-")  # beside letters and digits; what else is allowed parts addresses of pages
_LOCAL_MOST = 64
_SPELLED = (" dot ", " punkt ", " punto ", " point ")
_DOT = (
    r"(?:\s{0,2}[(\[{<]\s{0,2}(?:\.|dot|punkt|punto|point)\s{0,2}[)\]}>]\s{0,2}"
    r"|\s{1,2}(?:dot|punkt|punto|point)\s{1,2}|\s?\.\s?)"
)
_DOMAIN = re.compile(rf"\[?[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,6}}\]?")
_SPACED = re.compile(r"(?:\w\s[.\s]{0,2}){2,40}@(?:\s?[\w.]){4,60}")
# What stands before “at example.com” without being anybody's address.
_PROSE = """
    a and are arrive available be book buy chat come find found here hosted in is it join live look looking made me meet
    now offer offered on only or order out page pages price prices see shop sold start stop them there this us visit was
    website were work works you
"""
_NOT_PEOPLE = frozenset(_PROSE.split())


def find(text: str) -> Iterator[Find]:
    """Addresses of mail."""
    for sign in _SIGN.finditer(text):
        domain = _DOMAIN.match(text, sign.end())
        start = _local_start(text, sign.start())
        if domain is None or start == sign.start():
            continue
        if sign["word"] and _is_prose(text[start : sign.start()], domain.group()):
            continue
        yield Find(start, domain.end(), "email")
    if "@" in text:
        yield from (Find(*spaced.span(), "email") for spaced in _SPACED.finditer(text))


def _local_start(text: str, end: int) -> int:
    """Where the part before the sign begins, with its spelled dots."""
    start = _word_start(text, end)
    while text.endswith(_SPELLED, 0, start) and end - start < _LOCAL_MOST:
        start = _word_start(text, text.rindex(" ", 0, start - 1))
    return start


def _word_start(text: str, end: int) -> int:
    start = end
    while start and end - start < _LOCAL_MOST and (text[start - 1].isalnum() or text[start - 1] in _LOCAL):
        start -= 1
    return start


def _is_prose(local: str, domain: str) -> bool:
    """“Look at example.com” names a site; “vera at example.com” a person."""
    return local in _NOT_PEOPLE or not re.search(rf"{_DOT}[a-z]{{2,}}$", domain) or bool(re.search(r"\.\s", domain))
