"""Keys, tokens, passwords: what opens something."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from tracking.redaction.folding import Find

_KNOWN = re.compile(
    r"(?<![\w-])eyj[\w-]{6,4000}\.[\w-]{6,4000}(?:\.[\w-]{0,1000})?"  # a JSON Web Token
    r"|\b(?:sk|pk|rk)[-_][\w-]{12,}|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|whsec_|hf_|npm_|sq0|shpat_|dop_v1_)[\w-]{8,}"
    r"|\bac_[0-9a-z]{16,}|\b(?:akia|asia)[0-9a-z]{16}\b|\baiza[\w-]{30,}|\bsg\.[\w-]{16,}\.[\w-]{16,}|\bya29\.[\w.-]{16,}"
    r"|-----begin [a-z ]{0,30}private key-----[^-]*(?:-----end [a-z ]{0,30}private key-----)?"
    r"|\b(?:bearer|basic)\s{1,3}[\w.+/=~-]{8,}"
    r"|(?<=://)[^\s/:@]{1,80}:[^\s/@]{1,80}(?=@)"
)
_NAMED = re.compile(
    r"(?<![a-z])(?:pass(?:word|wd|code|phrase|wort)?|kennwort|pwd|pin|cvc|cvv|otp|contrasena|clave|mot de passe|senha"
    r"|haslo|secret|token|api[ _-]?key|access[ _-]?key|private[ _-]?key|client[ _-]?secret|auth(?:orization)?"
    r"|session(?:[ _-]?id)?|signature|sig|code)"
    r"(?:\s{0,2}(?:=|:|=>)\s{0,2}|\s{1,2}(?:is|ist|es|est|lautet|jest)\s{1,2})[\"'“]?(?P<value>[^\s\"'”&;,]{3,200})"
)
_LONG = re.compile(r"[a-z0-9_+/=-]{20,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def find(text: str) -> Iterator[Find]:
    """Secrets that say what they are, and long strings that nobody would write by hand."""
    yield from (Find(*known.span(), "secret") for known in _KNOWN.finditer(text))
    yield from (Find(*named.span("value"), "secret") for named in _NAMED.finditer(text))
    yield from (Find(*uuid.span(), "secret") for uuid in _UUID.finditer(text))
    for run in _LONG.finditer(text):
        start = run.start()
        for piece in re.split(r"([/=])", run.group()):
            if _is_random(piece):
                yield Find(start, start + len(piece), "secret")
            start += len(piece)


def _is_random(piece: str) -> bool:
    """Long, of letters and digits well mixed; a page's address in words isn't."""
    if len(piece) < 20:
        return False
    runs = [run for run in re.split(r"[-_+]", piece) if run]
    changes = sum(left.isdigit() != right.isdigit() for left, right in itertools.pairwise(piece))
    longest = max(map(len, runs), default=0)
    if longest >= 24 and (changes or longest >= 32):
        return True  # no word is as long
    return (longest >= 16 and changes >= 3) or changes >= len(piece) // 4
