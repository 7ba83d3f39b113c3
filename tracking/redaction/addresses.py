"""Where somebody lives, and which machine they sit at."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from tracking.redaction.folding import Find

_CITY = r"(?:\s{0,2},?\s{1,2}(?:[a-z]{1,2}-)?\d{4,5}(?:-\d{3,4})?\s?(?:[a-z]{2}\b\s?)?[^\W\d_][\w'-]{1,30})?"
_NUMBER = r"\d{1,4}\s?[a-z]?(?:\s?[-/]\s?\d{1,4}[a-z]?)?(?!\w)"
_WORDS = r"[^\W\d_][\w'.-]{0,30}"
_BEFORE = (  # the number, then the name, then the kind of street
    rf"\b\d{{1,5}}[a-z]?\s{{1,2}}(?:{_WORDS}\s{{1,2}}){{1,4}}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard"
    r"|blvd|court|ct|place|pl|square|sq|terrace|close|crescent|cres|highway|hwy|parkway|way|row|mews)\b\.?"
)
_FRENCH = (  # the number, then the kind of street, then the name
    rf"\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s{{1,2}}(?:rue|avenue|av\.|boulevard|bd\.?|place|chemin|allee|impasse|quai|route"
    rf"|cours)\s{{1,2}}(?:{_WORDS}\s?){{1,5}}"
)
_AFTER = (  # the kind of street, its name, then the number
    rf"\b(?:calle|c/|avenida|avda\.?|plaza|paseo|carrer|camino|via|viale|piazza|corso|largo|vicolo|ul\.|ulica|al\."
    rf"|aleja|os\.|rua|travessa|praca|ulice|utca|strada|bulevardul|am|an der|auf der|im)\s{{0,2}}"
    rf"(?:{_WORDS}\s{{1,2}}){{0,4}}{_WORDS},?\s{{0,2}}(?:n[.o]{{1,2}}\s?)?{_NUMBER}"
)
_STREET = re.compile(rf"(?:{_BEFORE}|{_FRENCH}|{_AFTER}){_CITY}")
_ENDING = re.compile(  # the kind of street is the end of its name
    rf"(?:strasse|str\.|str|weg|gasse|platz|allee|ring|damm|ufer|steig|chaussee|straat|laan|plein|gracht|kade|dijk|singel"
    rf"|gatan|vagen|gade|vej|katu|tie|veien)\s{{1,2}}{_NUMBER}{_CITY}"
)
_POSTAL = re.compile(
    r"\b(?:gir ?0aa|[a-z]{1,2}\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{2})\b"  # British
    r"|\bp\.?\s?o\.?\s?box\s{0,2}\d{1,6}\b|\bpostfach\s{1,2}[\d ]{2,10}\b"
    r"|\b[a-z]\d[a-z] ?\d[a-z]\d\b"  # Canadian
)
_V4 = re.compile(r"(?<![\d.])(?:\d{1,3}\s?\.\s?){3}\d{1,3}(?![\d.]*\d)")
_V6 = re.compile(r"(?<![\w:.])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*(?:%\w{1,15})?(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![\w:-])")


def find(text: str) -> Iterator[Find]:
    """Streets with their number, postal codes, addresses of machines."""
    yield from (Find(*street.span(), "address") for street in _STREET.finditer(text))
    yield from (Find(*code.span(), "address") for code in _POSTAL.finditer(text))
    for ending in _ENDING.finditer(text):
        start = ending.start()
        while start and (text[start - 1].isalpha() or text[start - 1] in "-'"):
            start -= 1
        yield Find(start, ending.end(), "address")
    yield from _machines(text)


def _machines(text: str) -> Iterator[Find]:
    yield from (Find(*mac.span(), "ip") for mac in _MAC.finditer(text))
    for number in _V4.finditer(text):
        if all(int(part) < 256 for part in number.group().split(".")):
            yield Find(*number.span(), "ip")
    if "::" not in text and text.count(":") < 7:
        return
    for number in _V6.finditer(text):
        plain = number.group().partition("%")[0].rstrip(".")
        if len(plain) > 2 and _is_v6(plain.rstrip(":") if plain.endswith(":") and not plain.endswith("::") else plain):
            yield Find(*number.span(), "ip")


def _is_v6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
